// The left pane: tabs with counts, filters, and the tickets. What is read and what is not is kept in this browser.
const READ = "tanggap:read";
const KEPT = 500;

const loadRead = () => {
  try {
    return new Map(JSON.parse(localStorage.getItem(READ) || "[]"));
  } catch {
    return new Map();
  }
};

export default {
  props: { words: Object, names: Object, me: String, zone: String, start: Object },
  template: `
    <div class="inbox-list" role="region" :aria-label="words.tickets">
      <div class="inbox-tabs" role="tablist">
        <button v-for="tab in tabs" :key="tab.key" type="button" role="tab" class="inbox-tab"
                :aria-selected="view.tab === tab.key" @click="show({ tab: tab.key })">
          {{ tab.title }} <span class="inbox-tab-count">{{ counts[tab.count] ?? 0 }}</span>
        </button>
      </div>
      <form class="inbox-search" role="search" @submit.prevent="search">
        <q-icon name="search" />
        <input v-model.trim="sought" type="search" :placeholder="words.search_hint" :aria-label="words.search_hint" />
        <button type="button" class="inbox-icon" :class="{ 'inbox-icon-on': filtered || open }" :aria-expanded="open"
                :aria-label="words.filter" :title="words.filter" @click="open = !open"><q-icon name="tune" /></button>
      </form>
      <div v-if="open" class="inbox-filters">
        <label v-for="filter in filters" :key="filter.key">
          <span>{{ filter.title }}</span>
          <select :value="view[filter.key]" @change="show({ [filter.key]: $event.target.value })">
            <option v-for="[value, title] in filter.options" :key="value" :value="value">{{ title }}</option>
          </select>
        </label>
        <label>
          <span>{{ words.label }}</span>
          <input :value="view.label" :placeholder="words.any" @change="show({ label: $event.target.value.trim() })" />
        </label>
        <button v-if="filtered" type="button" class="inbox-link" @click="reset">{{ words.reset }}</button>
      </div>
      <ul class="inbox-rows" ref="rows" @keydown.down.prevent="move(1)" @keydown.up.prevent="move(-1)">
        <li v-for="row in shown" :key="row.id">
          <button type="button" class="inbox-row" :class="{ 'inbox-row-unread': unread(row) }" :data-ticket="row.id"
                  :aria-current="row.id === chosen ? 'true' : null" @click="choose(row.id)">
            <span class="desk-avatar" :class="'desk-hue-' + row.hue" aria-hidden="true">{{ row.initials }}</span>
            <span class="inbox-row-body">
              <span class="inbox-row-line">
                <span class="inbox-row-name">{{ row.name || row.number }}</span>
                <span v-if="row.waiting" class="inbox-row-time desk-counter" :data-at="row.waiting" data-way="ago"
                      :title="words.waiting.replace('{span}', '')"></span>
                <span v-else class="inbox-row-time">{{ clock(row.at) }}</span>
              </span>
              <span class="inbox-row-line">
                <span class="inbox-row-text"><span v-if="row.by" class="inbox-row-by">{{ by(row) }}: </span>{{ row.text }}</span>
                <span v-if="unread(row)" class="inbox-dot" role="img" :aria-label="words.unread"></span>
              </span>
              <span class="inbox-row-chips">
                <span v-if="row.priority !== 'NORMAL'" class="desk-chip inbox-priority" role="img"
                      :class="row.priority === 'URGENT' ? 'desk-chip-bad' : 'desk-chip-warn'"
                      :aria-label="names.priorities[row.priority]" :title="names.priorities[row.priority]">
                  <q-icon :name="row.priority === 'URGENT' ? 'keyboard_double_arrow_up' : 'keyboard_arrow_up'" /></span>
                <span v-if="row.due" class="desk-chip" :class="row.warned ? 'desk-chip-warn' : ''"><q-icon name="schedule" />
                  <span class="desk-counter" :data-at="row.due" data-way="left"></span></span>
                <span v-if="row.department" class="desk-chip">{{ names.departments[row.department] || row.department }}</span>
                <span v-if="row.status === 'snoozed'" class="desk-chip"><q-icon name="snooze" />{{ names.statuses.snoozed }}</span>
                <span v-else-if="row.status === 'waiting_customer' || row.status === 'wrap_up'" class="desk-chip desk-chip-info">
                  {{ names.statuses[row.status] }}</span>
                <span v-if="row.holder && view.tab === 'all'" class="inbox-row-holder">{{ row.holder }}</span>
              </span>
            </span>
          </button>
        </li>
        <li v-if="!shown.length" class="desk-empty">
          <q-icon :name="view.tab === 'mine' ? 'inbox' : 'task_alt'" />
          <span class="desk-empty-text">{{ emptiness[0] }}</span>
          <span class="desk-empty-help">{{ emptiness[1] }}</span>
        </li>
        <li v-else-if="shown.length >= 100" class="inbox-more">{{ words.more_rows.replace("{number}", shown.length) }}</li>
      </ul>
    </div>`,
  data() {
    return {
      rows: Object.fromEntries(this.start.rows.map((row) => [row.id, row])),
      order: this.start.rows.map((row) => row.id),
      counts: this.start.counts,
      view: this.start.view,
      chosen: this.start.chosen,
      read: loadRead(),
      open: false,
      sought: "",
      alarms: new Set(),
    };
  },
  computed: {
    tabs() {
      const { mine, unassigned, everything } = this.words;
      return [
        { key: "mine", title: mine, count: "mine" },
        { key: "unassigned", title: unassigned, count: "unassigned" },
        { key: "all", title: everything, count: "all" },
      ];
    },
    filters() {
      const any = [["", this.words.any]];
      const { by_urgency, by_deadline, by_newest } = this.words;
      return [
        { key: "order", title: this.words.sort, options: [["urgency", by_urgency], ["deadline", by_deadline], ["newest", by_newest]] },
        { key: "department", title: this.words.department, options: any.concat(Object.entries(this.names.departments)) },
        { key: "status", title: this.words.status, options: any.concat(Object.entries(this.names.statuses)) },
      ];
    },
    filtered() {
      return Boolean(this.view.department || this.view.status || this.view.label);
    },
    shown() {
      return this.order.map((id) => this.rows[id]).filter(Boolean);
    },
    emptiness() {
      if (this.filtered) return [this.words.empty_filtered, ""];
      if (this.view.tab === "mine") return [this.words.empty_mine, this.words.empty_mine_help];
      return [this.words.empty_list, this.words.empty_list_help];
    },
  },
  mounted() {
    this.onStep = (event) => this.step(event.detail);
    this.onSeen = () => document.hidden || this.calm();
    addEventListener("desk-step", this.onStep);
    document.addEventListener("visibilitychange", this.onSeen);
    window.deskTickets = () => this.shown;
    if (this.chosen) this.markRead(this.chosen);
    window.deskCount?.();
  },
  unmounted() {
    removeEventListener("desk-step", this.onStep);
    document.removeEventListener("visibilitychange", this.onSeen);
  },
  updated() {
    window.deskCount?.();
  },
  methods: {
    // From the server.
    put(order, changed, counts) {
      for (const row of changed) this.rows[row.id] = row;
      if (order) this.order = order;
      if (counts) this.counts = counts;
      if (!document.hidden && this.rows[this.chosen]) this.markRead(this.chosen);
    },
    mark(id) {
      this.chosen = id;
      if (id) this.markRead(id);
    },
    turn(tab) {
      this.view = { ...this.view, tab };
    },
    heard(id) {
      if (!document.hidden) return;
      this.alarms.add(id);
      window.deskUnread?.(this.alarms.size);
      this.ring();
    },
    // From whoever looks.
    show(change) {
      this.view = { ...this.view, ...change };
      this.$emit("view", this.view);
    },
    reset() {
      this.show({ department: "", status: "", label: "" });
    },
    search() {
      if (this.sought) this.$emit("search", this.sought);
    },
    choose(id) {
      if (id !== this.chosen) dispatchEvent(new CustomEvent("desk-opening"));
      this.mark(id);
      window.deskPane?.("talk", id);
      this.$emit("choose", id);
    },
    step(way) {
      if (!this.order.length) return;
      const at = this.order.indexOf(this.chosen);
      const next = at < 0 ? (way > 0 ? 0 : this.order.length - 1) : at + way;
      if (next < 0 || next >= this.order.length) return;
      this.choose(this.order[next]);
      this.$nextTick(() => this.$refs.rows.querySelector(`[data-ticket="${this.chosen}"]`)?.scrollIntoView({ block: "nearest" }));
    },
    move(way) {
      const buttons = [...this.$refs.rows.querySelectorAll(".inbox-row")];
      buttons[buttons.indexOf(document.activeElement) + way]?.focus();
    },
    by(row) {
      return row.by === "me" ? this.words.you : row.by;
    },
    unread(row) {
      return row.theirs && row.at > (this.read.get(row.id) || 0);
    },
    markRead(id) {
      const row = this.rows[id];
      if (!row || (this.read.get(id) || 0) >= row.at) return;
      this.read.delete(id);
      this.read.set(id, row.at);
      while (this.read.size > KEPT) this.read.delete(this.read.keys().next().value);
      localStorage.setItem(READ, JSON.stringify([...this.read]));
    },
    calm() {
      this.alarms.clear();
      window.deskUnread?.(0);
      if (this.chosen) this.markRead(this.chosen);
    },
    clock(at) {
      const date = new Date(at * 1000);
      const options = { timeZone: this.zone };
      const day = (each) => each.toLocaleDateString("sv", options);
      const locale = document.documentElement.lang.startsWith("en") ? "en-GB" : "id-ID";
      return day(date) === day(new Date())
        ? date.toLocaleTimeString(locale, { ...options, hour: "2-digit", minute: "2-digit" })
        : date.toLocaleDateString(locale, { ...options, day: "numeric", month: "short" });
    },
    ring() {
      try {
        const audio = (this.audio ??= new AudioContext());
        const [tone, volume] = [audio.createOscillator(), audio.createGain()];
        tone.frequency.setValueAtTime(740, audio.currentTime);
        tone.frequency.setValueAtTime(988, audio.currentTime + 0.09);
        volume.gain.setValueAtTime(0.08, audio.currentTime);
        volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.35);
        tone.connect(volume).connect(audio.destination);
        tone.start();
        tone.stop(audio.currentTime + 0.4);
      } catch {
        // A browser that was never touched plays nothing.
      }
    },
  },
};
