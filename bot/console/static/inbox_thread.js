// The conversation in the middle. Whatever anybody wrote is put in as text; what is on its way is shown at once.
const GROUP_SECONDS = 300;
const ANSWER_SECONDS = 12;
const ICONS = {
  pending: ["schedule", "waiting_to_send"],
  sending: ["schedule", "sending"],
  sent: ["check", "sent"],
  unknown: ["help", "unknown"],
  failed: ["error", "send_failed"],
  dropped: ["block", "dropped"],
};

export default {
  props: { words: Object, names: Object, zone: String, most: Number, flags: Boolean },
  template: `
    <div class="inbox-thread-frame">
    <div class="inbox-thread" ref="scroll" role="log" aria-live="polite" tabindex="0" :aria-label="words.conversation"
         @scroll.passive="scrolled">
      <div v-if="loaded" class="inbox-edge">
        <button v-if="older && said.length >= most" type="button" class="inbox-link" @click="$emit('older', ticket)">{{ words.load_older }}</button>
        <template v-else>{{ older ? words.older : words.beginning }}</template></div>
      <template v-for="item in items" :key="item.key">
        <div v-if="item.day" class="inbox-day"><span>{{ item.day }}</span></div>
        <div v-else-if="item.unseen" class="inbox-unseen"><span>{{ words.new_messages }}</span></div>
        <div v-else-if="item.who === 'system'" class="inbox-notice" :class="'inbox-is-' + item.delivery">
          <span>{{ item.text }}</span><time>{{ clock(item.at) }}</time>
        </div>
        <div v-else class="inbox-said" :class="['inbox-by-' + item.who, { 'inbox-joined': item.joined }]" :data-message="item.id">
          <div v-if="!item.joined" class="inbox-said-who">
            <q-icon v-if="item.who === 'bot'" name="smart_toy" /><q-icon v-if="item.who === 'note'" name="lock" />
            <span>{{ item.who === 'bot' ? words.bot : item.name || words[item.who] }}</span>
            <span v-if="item.who === 'note'" class="inbox-said-kind">{{ words.note_private }}</span>
          </div>
          <div class="inbox-bubble-line">
            <div class="inbox-bubble" :class="{ 'inbox-gone': item.gone }">
              <template v-for="(file, index) in item.files" :key="index">
                <a v-if="file.picture" :href="file.url" target="_blank" rel="noopener" class="inbox-photo">
                  <img v-if="!broken.has(file.url)" :src="file.url" :alt="words.photo" loading="lazy" @load="settle"
                       @error="broken.add(file.url)" />
                  <span v-else class="inbox-file"><q-icon name="broken_image" />{{ words.no_preview }}</span>
                </a>
                <a v-else-if="file.url" :href="file.url" class="inbox-file" :download="file.name">
                  <q-icon :name="file.icon" /><span><b>{{ file.name }}</b><small>{{ file.about }}</small></span>
                  <q-icon name="download" /></a>
                <span v-else class="inbox-file"><q-icon :name="file.icon" /><span><b>{{ file.name }}</b><small>{{ file.about }}</small></span></span>
              </template>
              <span v-if="item.gone" class="inbox-text">{{ words.taken_back }}</span>
              <span v-else-if="item.text" class="inbox-text">{{ item.text }}</span>
            </div>
            <button v-if="item.id && !item.gone" type="button" class="inbox-icon inbox-said-menu" :aria-label="words.message_menu"
                    aria-haspopup="menu">
              <q-icon name="more_horiz" />
              <q-menu anchor="bottom left" self="top left" auto-close>
                <q-list dense>
                  <q-item clickable @click="copy(item)"><q-item-section>{{ words.copy_text }}</q-item-section></q-item>
                  <q-item v-if="item.editable" clickable @click="edit(item)"><q-item-section>{{ words.change_message }}</q-item-section></q-item>
                  <q-item v-if="item.deletable" clickable @click="$emit('takeback', item.id)"><q-item-section>{{ words.delete_message }}</q-item-section></q-item>
                </q-list>
              </q-menu>
            </button>
            <button v-if="flags && item.who === 'bot' && item.id" type="button" class="inbox-icon inbox-said-menu" :class="{ 'inbox-flagged': flagged.has(item.id) }"
                    :aria-label="words.flag" :title="words.flag" :aria-pressed="flagged.has(item.id)" :disabled="flagged.has(item.id)"
                    @click="$emit('flag', item.id)"><q-icon :name="flagged.has(item.id) ? 'flag' : 'outlined_flag'" /></button>
          </div>
          <div v-if="item.meta" class="inbox-said-meta">
            <time>{{ clock(item.at) }}</time>
            <button v-if="item.before?.length" type="button" class="inbox-link" :aria-expanded="opened.has(item.key)"
                    @click="toggle(item.key)">{{ words.edited }}</button>
            <span v-if="item.delivery" class="inbox-delivery" :class="'inbox-is-' + item.delivery" :title="item.error || null">
              <q-icon :name="icon(item.delivery)" /><span :class="{ 'inbox-quiet': item.delivery === 'sent' }">{{ state(item) }}</span>
            </span>
            <button v-if="item.again" type="button" class="inbox-link" @click="again(item)">
              {{ item.delivery === 'unknown' && item.id ? words.send_again : words.retry }}</button>
            <button v-if="item.again && !item.id" type="button" class="inbox-link" @click="discard(item)">{{ words.discard }}</button>
          </div>
          <ol v-if="opened.has(item.key)" class="inbox-before" :aria-label="words.edit_history">
            <li v-for="(text, index) in item.before" :key="index">{{ text }}</li>
          </ol>
        </div>
      </template>
      <div v-if="loaded && !items.length" class="desk-empty"><span class="desk-empty-text">{{ words.said_nothing }}</span></div>
    </div>
    <button v-if="away" type="button" class="inbox-newest" :aria-label="words.to_newest" @click="toEnd(true)">
      <q-icon name="arrow_downward" /><span v-if="fresh">{{ words.new_messages }}</span></button>
    </div>`,
  data() {
    return {
      ticket: 0, said: [], waiting: [], older: false, loaded: false, unseen: 0, away: false, fresh: false,
      opened: new Set(), broken: new Set(), flagged: new Set(),
    };
  },
  computed: {
    items() {
      const settled = new Set(this.said.map((each) => each.settles).filter(Boolean));
      const all = [...this.said, ...this.waiting.filter((each) => each.ticket === this.ticket && !settled.has(each.settles))];
      const items = [];
      let before = null;
      for (const [index, each] of all.entries()) {
        const day = this.day(each.at);
        if (!before || day !== this.day(before.at)) items.push({ key: `day-${day}`, day });
        if (this.unseen && each.id === this.unseen) items.push({ key: "unseen", unseen: true });
        const same = (a, b) => a && b && a.who === b.who && a.name === b.name && Math.abs(a.at - b.at) < GROUP_SECONDS && this.day(a.at) === this.day(b.at);
        const trouble = ["failed", "unknown", "dropped"].includes(each.delivery) || (each.again && !each.id);
        items.push({
          ...each,
          key: each.settles || `said-${each.id}`,
          joined: same(before, each) && each.id !== this.unseen,
          meta: trouble || each.before?.length || !same(each, all[index + 1]) || all[index + 1].delivery !== each.delivery,
        });
        before = each;
      }
      return items;
    },
  },
  mounted() {
    this.onSend = (event) => this.send(event.detail);
    addEventListener("desk-send", this.onSend);
    // What stands below grows and shrinks; whoever reads the newest message goes on doing so.
    this.sizes = new ResizeObserver(() => this.settle());
    this.sizes.observe(this.$refs.scroll);
  },
  unmounted() {
    this.sizes.disconnect();
    removeEventListener("desk-send", this.onSend);
  },
  methods: {
    // From the server.
    open(ticket, said, older, composer) {
      Object.assign(this, { ticket, said, older, loaded: true, unseen: 0, fresh: false, away: false });
      this.forget(said);
      this.opened.clear();
      dispatchEvent(new CustomEvent("desk-opened", { detail: { ticket, composer } }));
      this.$nextTick(() => this.toEnd(false));
    },
    put(ticket, changed, ids, older) {
      if (ticket !== this.ticket) return;
      const [scroll, last] = [this.$refs.scroll, this.said.at(-1)?.id ?? 0];
      const [first, height, end] = [this.said[0]?.id, scroll.scrollHeight, !this.away];
      const known = new Map(this.said.map((each) => [each.id, each]));
      for (const each of changed) known.set(each.id, each);
      this.said = ids.map((id) => known.get(id)).filter(Boolean);
      this.older = older;
      const arrived = this.said.filter((each) => each.id > last);
      this.forget(changed);
      const theirs = arrived.find((each) => each.who === "customer");
      if (theirs && (!end || document.hidden) && !this.unseen) this.unseen = theirs.id;
      if (theirs && !end) this.fresh = true;
      this.$nextTick(() => {
        if (this.said[0]?.id !== first && ids.length) scroll.scrollTop += scroll.scrollHeight - height;
        else if (end) this.toEnd(false);
      });
    },
    forget(said) {
      const settled = new Set(said.map((each) => each.settles).filter(Boolean));
      this.waiting = this.waiting.filter((each) => !settled.has(each.settles) || clearTimeout(each.timer));
    },
    reported(id) {
      this.flagged.add(id);
    },
    refused(key, reason) {
      const found = this.waiting.find((each) => each.settles === key);
      if (!found) return;
      clearTimeout(found.timer);
      Object.assign(found, { delivery: "failed", error: reason, again: true });
    },
    // From whoever looks.
    send(message) {
      this.waiting.push({
        settles: message.key, ticket: message.ticket, who: message.note ? "note" : "agent", name: message.name, text: message.text,
        at: Date.now() / 1000, files: message.shown ? [message.shown] : [], delivery: message.note ? "" : "sending", sends: message,
      });
      this.unseen = 0;
      this.$nextTick(() => this.toEnd(false));
      this.tell(this.waiting.at(-1));
    },
    tell(item) {
      Object.assign(item, { again: false, error: "", delivery: item.who === "note" ? "" : "sending" });
      const { ticket, key, text, note, file } = item.sends;
      this.$emit("send", { ticket, key, text, note, file });
      clearTimeout(item.timer);
      item.timer = setTimeout(() => Object.assign(item, { delivery: "unknown", again: true }), ANSWER_SECONDS * 1000);
    },
    again(item) {
      if (item.id) this.$emit("again", item.id);
      else this.tell(this.waiting.find((each) => each.settles === item.settles));
    },
    discard(item) {
      this.waiting = this.waiting.filter((each) => each.settles !== item.settles);
    },
    edit(item) {
      dispatchEvent(new CustomEvent("desk-edit", { detail: { id: item.id, text: item.text } }));
    },
    copy(item) {
      Quasar.copyToClipboard(item.text);
    },
    toggle(key) {
      this.opened.has(key) ? this.opened.delete(key) : this.opened.add(key);
    },
    scrolled() {
      // What grows under the reader moves nothing up: only who scrolls back has left the end.
      const scroll = this.$refs.scroll;
      if (this.atEnd()) Object.assign(this, { away: false, fresh: false });
      else if (scroll.scrollTop < this.top) this.away = true;
      this.top = scroll.scrollTop;
      if (this.older && this.said.length < this.most && scroll.scrollTop < 80 && this.asked !== this.said[0]?.id) {
        this.asked = this.said[0]?.id;
        this.$emit("older", this.ticket);
      }
    },
    settle() {
      if (!this.away) this.toEnd(false);
    },
    atEnd() {
      const scroll = this.$refs.scroll;
      return scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
    },
    toEnd(smooth) {
      const scroll = this.$refs.scroll;
      scroll?.scrollTo({ top: scroll.scrollHeight, behavior: smooth ? "smooth" : "instant" });
    },
    icon(delivery) {
      return ICONS[delivery]?.[0];
    },
    state(item) {
      return this.words[ICONS[item.delivery]?.[1]] + (item.error && item.delivery === "failed" ? `: ${item.error}` : "");
    },
    locale() {
      return document.documentElement.lang.startsWith("en") ? "en-GB" : "id-ID";
    },
    clock(at) {
      return new Date(at * 1000).toLocaleTimeString(this.locale(), { timeZone: this.zone, hour: "2-digit", minute: "2-digit" });
    },
    day(at) {
      const show = (time) => new Date(time).toLocaleDateString(this.locale(), { timeZone: this.zone, weekday: "long", day: "numeric", month: "long", year: "numeric" });
      const shown = show(at * 1000);
      if (shown === show(Date.now())) return this.names.today;
      if (shown === show(Date.now() - 86400000)) return this.names.yesterday;
      return shown;
    },
  },
};
