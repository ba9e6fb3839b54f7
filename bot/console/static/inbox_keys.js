// Shortcuts, the command palette, the help, and which pane a phone shows.
export default {
  props: { words: Object, prefix: String },
  template: `
    <div>
      <q-dialog v-model="open" position="top" :aria-label="words.palette" @show="$refs.box.focus()">
        <div class="inbox-palette">
          <input ref="box" v-model="sought" autofocus data-autofocus :placeholder="words.palette_hint" :aria-label="words.palette_hint" role="combobox"
                 aria-expanded="true" aria-controls="palette-list" :aria-activedescendant="'palette-' + at" @input="at = 0"
                 @keydown.down.prevent="move(1)" @keydown.up.prevent="move(-1)" @keydown.enter.prevent="run(found[at])" />
          <div id="palette-list" class="inbox-palette-list" role="listbox" ref="list">
            <template v-for="(item, index) in found" :key="item.key">
              <div v-if="item.group !== found[index - 1]?.group" class="inbox-palette-group">{{ item.group }}</div>
              <button type="button" role="option" class="inbox-palette-row" :id="'palette-' + index" :aria-selected="index === at"
                      @mousemove="at = index" @click="run(item)">
                <q-icon :name="item.icon" /><span class="desk-truncate">{{ item.title }}</span>
                <span class="desk-truncate desk-faint">{{ item.about }}</span>
                <kbd v-for="key in item.keys" :key="key">{{ key }}</kbd></button>
            </template>
            <div v-if="!found.length" class="inbox-palette-none">{{ words.palette_empty }}</div>
          </div>
        </div>
      </q-dialog>
      <q-dialog v-model="helping" :aria-label="words.shortcuts">
        <div class="desk-dialog inbox-help">
          <div class="desk-dialog-title">{{ words.shortcuts }}</div>
          <dl><template v-for="[text, keys] in help" :key="text"><dt>{{ text }}</dt>
            <dd><kbd v-for="key in keys" :key="key">{{ key }}</kbd></dd></template></dl>
        </div>
      </q-dialog>
    </div>`,
  data() {
    return { open: false, helping: false, sought: "", at: 0, actions: [], tickets: [] };
  },
  computed: {
    command() {
      return navigator.platform.startsWith("Mac") ? "⌘" : "Ctrl";
    },
    help() {
      const words = this.words;
      return [
        [words.key_next, ["Alt", "J", "K"]], [words.key_reply, ["Alt", "L"]], [words.key_note, ["Alt", "P"]],
        [words.key_resolve, ["Alt", "E"]], [words.key_snooze, ["Alt", "M"]], [words.key_canned, ["/"]],
        [words.key_send, ["Enter", "Shift+Enter"]], [words.key_palette, [this.command, "K"]], [words.key_close, ["Esc"]],
        [words.key_help, ["?"]],
      ];
    },
    found() {
      const sought = this.sought.trim().toLowerCase();
      const fits = (...texts) => texts.some((text) => text.toLowerCase().includes(sought));
      const actions = this.actions.filter((each) => fits(each.title))
        .map((each) => ({ ...each, group: this.words.actions, run: () => this.$emit("act", each.key) }));
      const tickets = this.tickets.filter((row) => fits(row.name, row.number, row.text)).slice(0, 8)
        .map((row) => ({ key: `t${row.id}`, icon: "chat_bubble_outline", title: `${row.name || row.number}`, about: `${row.number} · ${row.text}`,
                         group: this.words.tickets, run: () => this.go(row.id) }));
      const [, number] = /^#?(\d+)$/.exec(sought) || [];
      const jump = number && !tickets.some((each) => each.key === `t${number}`)
        ? [{ key: "jump", icon: "tag", title: this.words.palette_open.replace("{ticket}", `#${number}`), group: this.words.tickets, run: () => this.go(Number(number)) }] : [];
      const search = sought ? [{ key: "search", icon: "search", title: this.words.palette_search.replace("{words}", this.sought.trim()),
                                 group: this.words.conversation, run: () => this.$emit("search", this.sought.trim()) }] : [];
      return [...jump, ...(sought ? [...tickets, ...actions] : [...actions, ...tickets]), ...search];
    },
  },
  mounted() {
    this.onKey = (event) => this.key(event);
    addEventListener("keydown", this.onKey);
    this.onPop = () => this.pane("list");
    addEventListener("popstate", this.onPop);
    window.deskPane = (pane, ticket) => this.pane(pane, ticket);
    window.deskAct = (name) => this.$emit("act", name);
    window.deskDetails = () => this.pane(document.querySelector(".inbox").dataset.pane === "context" ? "talk" : "context");
  },
  unmounted() {
    removeEventListener("keydown", this.onKey);
    removeEventListener("popstate", this.onPop);
  },
  methods: {
    // From the server.
    offer(actions) {
      this.actions = actions;
    },
    ask() {
      this.sought = "";
      this.at = 0;
      this.tickets = window.deskTickets?.() || [];
      this.open = true;
    },
    // From whoever looks.
    key(event) {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.code === "KeyK") {
        event.preventDefault();
        this.open ? (this.open = false) : this.ask();
        return;
      }
      const busy = document.querySelector(".q-dialog");
      if (event.altKey && !event.ctrlKey && !event.metaKey && !busy) {
        const act = {
          KeyJ: () => dispatchEvent(new CustomEvent("desk-step", { detail: 1 })),
          KeyK: () => dispatchEvent(new CustomEvent("desk-step", { detail: -1 })),
          KeyL: () => dispatchEvent(new CustomEvent("desk-compose", { detail: "reply" })),
          KeyP: () => dispatchEvent(new CustomEvent("desk-compose", { detail: "note" })),
          KeyE: () => this.$emit("act", "resolve"),
          KeyM: () => this.$emit("act", "snooze"),
        }[event.code];
        if (act) {
          event.preventDefault();
          act();
        }
        return;
      }
      const writing = event.target.closest?.("input, textarea, select, [contenteditable]");
      if (event.key === "?" && !writing && !busy) {
        event.preventDefault();
        this.helping = true;
      }
      if (event.key === "Escape" && !writing && !busy) this.pane("list");
    },
    move(way) {
      const number = this.found.length;
      if (number) this.at = (this.at + way + number) % number;
      this.$nextTick(() => this.$refs.list?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }));
    },
    run(item) {
      if (!item) return;
      this.open = false;
      this.$nextTick(item.run);
    },
    go(ticket) {
      dispatchEvent(new CustomEvent("desk-opening"));
      this.pane("talk", ticket);
      this.$emit("open", ticket);
    },
    pane(pane, ticket) {
      const inbox = document.querySelector(".inbox");
      const narrow = matchMedia("(max-width: 899px)").matches;
      if (ticket) {
        const address = `${this.prefix}/inbox?ticket=${ticket}`;
        if (narrow && inbox.dataset.pane === "list") history.pushState({}, "", address);
        else history.replaceState({}, "", address);
      } else if (pane === "list" && narrow) history.replaceState({}, "", `${this.prefix}/inbox`);
      inbox.dataset.pane = pane;
    },
  },
};
