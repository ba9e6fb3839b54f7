// Where agents write. Drafts are kept in this browser for each ticket and agent; nothing is sent but by Enter or the
// button, and each message has a key of its own, so that a second try sends nothing twice.
const LIMIT = 4096;
const TYPING_EVERY = 2500;
const OPENS_WITHIN = 3000;
const PHOTO_TYPES = ["image/jpeg", "image/png", "image/webp"];

const newKey = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16).padStart(8, "0")).join("");

export default {
  props: { words: Object, me: String, name: String, prefix: String, largest: Number },
  template: `
    <form v-if="ticket" class="inbox-composer" :class="{ 'inbox-composer-note': note, 'inbox-composer-drop': dropping }"
          @submit.prevent="send" @dragover.prevent="dropping = true" @dragleave="dropping = false" @drop.prevent="dropped">
      <div v-if="suggestions.length && !note && !edits && !text" class="inbox-suggestions" role="group" :aria-label="words.suggested">
        <q-icon name="auto_awesome" />
        <button v-for="each in suggestions" :key="each.title" type="button" class="inbox-suggestion" :title="each.text + '\\n\\n' + words.suggest_help"
                @click="insert(each.text)"><b>{{ each.title }}</b><span>{{ each.text }}</span><small>{{ Math.round(each.confidence * 100) }}%</small></button>
      </div>
      <div class="inbox-composer-box">
        <div class="inbox-composer-top">
          <div role="tablist" class="inbox-modes">
            <button type="button" role="tab" class="inbox-mode" :aria-selected="!note" :disabled="closed" @click="choose(false)">{{ words.reply }}</button>
            <button type="button" role="tab" class="inbox-mode inbox-mode-note" :aria-selected="note" @click="choose(true)">
              <q-icon name="lock" />{{ words.note }}</button>
          </div>
          <span v-if="edits" class="inbox-hint"><q-icon name="edit" />{{ words.editing }}
            <button type="button" class="inbox-link" @click="stopEditing">{{ words.cancel }}</button></span>
          <span v-else class="inbox-hint">{{ hint }}</span>
        </div>
        <div v-if="menu" class="inbox-canned" role="listbox" :aria-label="words.canned" ref="menu">
          <button v-for="(each, index) in found" :key="each.shortcut" type="button" role="option" class="inbox-canned-row"
                  :id="'canned-' + index" :aria-selected="index === at" @mousedown.prevent @click="take(each)">
            <b>/{{ each.shortcut }}</b><span>{{ each.text }}</span></button>
          <span v-if="!found.length" class="inbox-canned-none">{{ words.no_canned }}</span>
        </div>
        <textarea ref="box" v-model="text" rows="1" :aria-label="note ? words.note : words.reply" :placeholder="note ? words.note_hint : words.reply_hint"
                  :aria-activedescendant="menu && found.length ? 'canned-' + at : null" :disabled="closed && !note" :readonly="opening"
                  @input="typed" @keydown="key" @paste="pasted"></textarea>
        <div v-if="file" class="inbox-attached">
          <img v-if="file.preview" :src="file.preview" alt="" /><q-icon v-else name="description" />
          <span class="desk-truncate">{{ file.name }}</span>
          <span v-if="!file.id" class="desk-faint">{{ words.uploading }}</span>
          <button type="button" class="inbox-icon" :aria-label="words.remove_file" @click="dropFile"><q-icon name="close" /></button>
        </div>
        <div class="inbox-composer-tools">
          <button v-if="!note && largest" type="button" class="inbox-icon" :aria-label="words.attach" :title="words.attach" @click="$refs.pick.click()">
            <q-icon name="attach_file" /></button>
          <button v-if="!note" type="button" class="inbox-icon" :aria-label="words.canned" :title="words.canned + '  /'" @click="slash">
            <q-icon name="bolt" /></button>
          <input ref="pick" type="file" hidden @change="attach($event.target.files[0]); $event.target.value = ''" />
          <span v-if="error" class="desk-error" role="alert">{{ error }}</span>
          <span v-else class="inbox-keys">{{ words.keys_hint }}</span>
          <span class="desk-grow"></span>
          <span v-if="left < 200" class="inbox-limit" :class="{ 'desk-error': left < 0 }">
            {{ left < 0 ? words.too_long.replace('{number}', -left) : left }}</span>
          <button type="submit" class="inbox-send" :disabled="!ready">
            <span>{{ edits ? words.save : note ? words.keep_note : words.send }}</span><q-icon :name="note ? 'lock' : 'send'" /></button>
        </div>
      </div>
    </form>`,
  data() {
    return {
      ticket: 0, text: "", note: false, closed: false, hint: "", canned: [], suggestions: [], at: 0, menu: false,
      file: null, error: "", edits: 0, dropping: false, kept: "",
      opening: false,
    };
  },
  computed: {
    left() {
      return LIMIT - [...this.text.trim()].length;
    },
    ready() {
      const said = this.text.trim() || (this.file && !this.note);
      return Boolean(said) && !this.opening && this.left >= 0 && !(this.file && !this.file.id) && !(this.closed && !this.note);
    },
    found() {
      const sought = this.text.slice(1).toLowerCase();
      const starts = this.canned.filter((each) => each.shortcut.toLowerCase().startsWith(sought));
      const holds = this.canned.filter((each) => !starts.includes(each) && each.text.toLowerCase().includes(sought));
      return [...starts, ...holds].slice(0, 8);
    },
  },
  mounted() {
    this.onFocus = (event) => this.choose(event.detail === "note");
    this.onEdit = (event) => this.startEditing(event.detail);
    addEventListener("desk-compose", this.onFocus);
    this.onOpening = () => this.wait();
    this.onOpened = ({ detail }) => this.open(detail.ticket, detail.composer);
    addEventListener("desk-edit", this.onEdit);
    addEventListener("desk-opening", this.onOpening);
    addEventListener("desk-opened", this.onOpened);
  },
  unmounted() {
    removeEventListener("desk-compose", this.onFocus);
    removeEventListener("desk-edit", this.onEdit);
    removeEventListener("desk-opening", this.onOpening);
    removeEventListener("desk-opened", this.onOpened);
  },
  methods: {
    // From the server.
    open(ticket, values) {
      this.opening = false;
      if (ticket !== this.ticket) {
        this.edits = 0;
        this.dropFile();
        Object.assign(this, { ticket, error: "", menu: false, suggestions: [], note: false });
        this.text = localStorage.getItem(this.draft()) || "";
      }
      Object.assign(this, values);
      if (this.closed) this.note = true;
      this.$nextTick(this.grow);
    },
    suggest(ticket, suggestions) {
      if (ticket === this.ticket) this.suggestions = suggestions;
    },
    // From whoever writes.
    wait() {
      // Another conversation is on its way: what is typed now must not go to the customer of the one that is left.
      this.opening = Boolean(this.ticket);
      clearTimeout(this.patience);
      this.patience = setTimeout(() => { this.opening = false; }, OPENS_WITHIN);
    },
    draft() {
      return `tanggap:draft:${this.me}:${this.ticket}`;
    },
    keep() {
      if (this.edits) return;
      if (this.text) localStorage.setItem(this.draft(), this.text);
      else localStorage.removeItem(this.draft());
    },
    typed() {
      this.error = "";
      this.menu = !this.note && !this.edits && /^\/\S*$/.test(this.text);
      this.at = 0;
      this.keep();
      this.grow();
      const now = Date.now();
      if (this.text && now - (this.told || 0) > TYPING_EVERY) {
        this.told = now;
        this.$emit("typing");
      }
    },
    key(event) {
      if (event.isComposing) return;
      if (this.menu && ["ArrowDown", "ArrowUp"].includes(event.key) && this.found.length) {
        event.preventDefault();
        this.at = (this.at + (event.key === "ArrowDown" ? 1 : this.found.length - 1)) % this.found.length;
        this.$nextTick(() => this.$refs.menu?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }));
      } else if (this.menu && ["Enter", "Tab"].includes(event.key) && this.found.length) {
        event.preventDefault();
        this.take(this.found[this.at]);
      } else if (event.key === "Escape") {
        if (this.menu) this.menu = false;
        else if (this.edits) this.stopEditing();
        else return;
        event.preventDefault();
        event.stopPropagation();
      } else if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
        event.preventDefault();
        this.send();
      }
    },
    take(reply) {
      this.insert(reply.text);
    },
    insert(text) {
      this.text = text;
      this.menu = false;
      this.keep();
      this.$nextTick(() => {
        this.grow();
        const gap = text.indexOf("___");
        this.$refs.box.focus();
        if (gap >= 0) this.$refs.box.setSelectionRange(gap, gap + 3);
      });
    },
    slash() {
      if (!this.text) this.text = "/";
      this.$refs.box.focus();
      this.typed();
    },
    choose(note) {
      if (!this.ticket || (this.closed && !note)) return;
      this.note = note;
      this.menu = false;
      this.$nextTick(() => this.$refs.box?.focus());
    },
    grow() {
      const box = this.$refs.box;
      if (!box) return;
      box.style.height = "auto";
      box.style.height = `${Math.min(box.scrollHeight, 220)}px`;
    },
    startEditing({ id, text }) {
      this.kept = this.edits ? this.kept : this.text;
      Object.assign(this, { edits: id, note: false, menu: false, text });
      this.$nextTick(() => { this.grow(); this.$refs.box.focus(); });
    },
    stopEditing() {
      Object.assign(this, { edits: 0, text: this.kept, kept: "" });
      this.$nextTick(this.grow);
    },
    send() {
      if (!this.ready) return;
      const text = this.text.trim();
      if (this.edits) {
        this.$emit("correct", { id: this.edits, text });
        this.stopEditing();
        return;
      }
      const shown = this.file && !this.note
        ? { picture: Boolean(this.file.preview), url: this.file.preview, name: this.file.name, icon: "description", about: "" } : null;
      const file = this.file && !this.note ? { id: this.file.id, name: this.file.name, photo: this.file.photo } : null;
      const detail = { key: newKey(), ticket: this.ticket, text, note: this.note, name: this.name, file, shown };
      dispatchEvent(new CustomEvent("desk-send", { detail }));
      this.text = "";
      this.keep();
      if (file) this.file = null;
      if (this.note && !this.closed) this.note = false;
      this.$nextTick(() => { this.grow(); this.$refs.box?.focus(); });
    },
    dropped(event) {
      this.dropping = false;
      this.attach(event.dataTransfer.files[0]);
    },
    pasted(event) {
      const file = [...event.clipboardData.files][0];
      if (!file) return;
      event.preventDefault();
      this.attach(file);
    },
    dropFile() {
      if (this.file?.preview) URL.revokeObjectURL(this.file.preview);
      this.file = null;
    },
    tooLarge() {
      return this.words.too_large.replace("{size}", Math.floor(this.largest / 1048576));
    },
    async attach(file) {
      if (!file || this.note || this.closed || !this.largest) return;
      if (file.size > this.largest) {
        this.error = this.tooLarge();
        return;
      }
      this.dropFile();
      this.error = "";
      const photo = PHOTO_TYPES.includes(file.type) && file.size <= 10 * 1048576;
      this.file = { name: file.name || "foto.png", photo, preview: photo ? URL.createObjectURL(file) : "", id: "" };
      const mine = this.file;
      const answer = await fetch(`${this.prefix}/inbox/tickets/${this.ticket}/uploads`, {
        method: "POST", body: file, credentials: "same-origin", headers: { "content-type": "application/octet-stream" },
      }).catch(() => null);
      if (this.file !== mine) return;
      if (answer?.ok) this.file.id = await answer.text();
      else {
        this.dropFile();
        this.error = answer?.status === 413 ? this.tooLarge() : this.words.upload_failed;
      }
      this.$refs.box?.focus();
    },
  },
};
