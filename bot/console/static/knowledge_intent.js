// The editor of one intent. What is being written is kept here; the server checks, saves, and tells what others did.
// A preview beside each answer shows it as Telegram will. Whatever was written by anybody is drawn as text.
const TEXT_LIMIT = 4096;
const PAYLOAD_LIMIT = 64;
const CHECK_AFTER = 600;
const PLACE = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;

const copy = (value) => JSON.parse(JSON.stringify(value));
const bytes = (text) => new TextEncoder().encode(text).length;

// A button's payload as what it leads to.
const target = (payload) => {
  if (/^https?:/i.test(payload)) return { kind: "link", intent: "", raw: payload };
  if (/^\/[^{]+$/.test(payload)) return { kind: "intent", intent: payload.slice(1), raw: payload };
  return payload ? { kind: "other", intent: "", raw: payload } : { kind: "intent", intent: "", raw: "" };
};

const written = (condition) => (condition.any ? "filled" : condition.value === null ? "empty" : "equals");

const opened = (value) => ({
  title: value.title || "",
  kind: value.kind || "faq",
  department: value.department || "",
  examples: (value.examples || []).join("\n"),
  answers: (value.answers || []).map((answer) => ({
    text: answer.text || "",
    image: answer.image || "",
    pictured: Boolean(answer.image),
    channel: answer.channel || "",
    language: answer.language || "",
    since: answer.since || "",
    until: answer.until || "",
    buttons: (answer.buttons || []).map((button) => ({ title: button.title, ...target(button.payload) })),
    slots: (answer.slots || []).map((each) => ({ slot: each.slot, how: written(each), value: each.value ?? "" })),
  })),
});

const payloadOf = (button) => (button.kind === "intent" ? (button.intent ? "/" + button.intent : "") : button.raw.trim());

const condition = (each) =>
  each.how === "filled" ? { slot: each.slot, any: true } : { slot: each.slot, value: each.how === "empty" ? null : each.value };

// The piece, with what has its default value left out, as the server keeps it.
const closed = (form) => {
  const value = { examples: form.examples.split("\n").map((line) => line.trim()).filter(Boolean) };
  if (!value.examples.length) delete value.examples;
  if (form.title.trim()) value.title = form.title.trim();
  if (form.kind !== "faq") value.kind = form.kind;
  if (form.department) value.department = form.department;
  const answers = form.answers.map((each) => {
    const answer = { text: each.text.trim() };
    if (each.buttons.length) answer.buttons = each.buttons.map((b) => ({ title: b.title.trim(), payload: payloadOf(b) }));
    if (each.pictured && each.image.trim()) answer.image = each.image.trim();
    for (const key of ["channel", "language", "since", "until"]) if (each[key]) answer[key] = each[key];
    if (each.slots.length) answer.slots = each.slots.map(condition);
    return answer;
  });
  if (answers.length) value.answers = answers;
  return value;
};

const Preview = {
  props: { answer: Object, words: Object, values: Object, slots: Object },
  template: `
    <div class="kb-preview" :aria-label="words.preview">
      <span class="kb-label">{{ words.preview }}</span>
      <div class="kb-chat">
        <div v-if="answer.text.trim() || picture" class="kb-bubble">
          <div v-if="picture" class="kb-picture"><q-icon name="image" /><span>{{ answer.image }}</span></div>
          <div v-if="answer.text.trim()" class="kb-bubble-text"><template v-for="(part, index) in parts" :key="index"><span
            v-if="part.slot" class="kb-slot">{{ part.text }}</span><span v-else-if="part.bad" class="kb-bad">{{ part.text }}</span><template
            v-else>{{ part.text }}</template></template></div>
        </div>
        <div v-for="(button, index) in answer.buttons" :key="index" class="kb-keys"><span class="kb-key">{{ button.title || "…" }}<q-icon
          v-if="button.kind === 'link'" name="north_east" /></span></div>
      </div>
      <ul v-if="problems.length" class="kb-doubts"><li v-for="each in problems" :key="each.text" :class="'kb-doubt-' + each.kind">
        <q-icon :name="each.kind === 'bad' ? 'error_outline' : 'info'" />{{ each.text }}</li></ul>
    </div>`,
  computed: {
    picture() {
      return this.answer.pictured && this.answer.image.trim();
    },
    parts() {
      const found = [];
      let last = 0;
      const text = this.answer.text.trim();
      for (const match of text.matchAll(PLACE)) {
        found.push({ text: text.slice(last, match.index) });
        last = match.index + match[0].length;
        if (match[0] === "{{" || match[0] === "}}") found.push({ text: match[0][0] });
        else if (match[1] === undefined) found.push({ text: match[0], bad: true, brace: true });
        else if (Object.hasOwn(this.values, match[1])) found.push({ text: this.values[match[1]] });
        else if (Object.hasOwn(this.slots, match[1]))
          found.push({ text: this.words.slot_value.replace("{slot}", () => this.slots[match[1]]), slot: true });
        else found.push({ text: match[0], bad: true, name: match[1] });
      }
      found.push({ text: text.slice(last) });
      return found.filter((part) => part.text);
    },
    problems() {
      const found = [];
      const length = this.parts.reduce((sum, part) => sum + part.text.length, 0);
      if (!length && !this.picture) found.push({ kind: "bad", text: this.words.nothing_said });
      for (const part of this.parts) {
        if (part.brace) found.push({ kind: "bad", text: this.words.brace });
        else if (part.bad) found.push({ kind: "bad", text: this.words.unknown_place.replace("{name}", () => part.text) });
      }
      if (length > TEXT_LIMIT) {
        const number = Math.ceil(length / TEXT_LIMIT);
        found.push({ kind: "info", text: this.words.parts.replace("{length}", length).replace("{number}", number) });
      }
      for (const button of this.answer.buttons) {
        const payload = payloadOf(button);
        if (!button.title.trim() || !payload) found.push({ kind: "bad", text: this.words.title_missing });
        else if (button.kind !== "link" && bytes(payload) > PAYLOAD_LIMIT)
          found.push({ kind: "bad", text: payload + ": " + this.words.payload_long.replace("{number}", bytes(payload)) });
      }
      return found;
    },
  },
};

const Variant = {
  components: { Preview },
  props: {
    answer: Object, index: Number, words: Object, values: Object, slots: Object, intents: Array, today: String, edits: Boolean,
  },
  template: `
    <div class="kb-variant" :class="{ 'kb-variant-over': over }">
      <div class="kb-variant-write">
        <div class="kb-variant-head">
          <b>{{ words.variant.replace("{number}", index + 1) }}</b>
          <span v-if="over" class="desk-chip desk-chip-bad"><q-icon name="event_busy" />{{ words.expired }}</span>
          <span v-else-if="answer.since && answer.since > today" class="desk-chip desk-chip-info">{{ words.later.replace("{date}", answer.since) }}</span>
          <span v-else-if="answer.until" class="desk-chip desk-chip-warn">{{ words.ends.replace("{date}", answer.until) }}</span>
          <span class="desk-grow"></span>
          <template v-if="edits">
            <button v-if="index" type="button" class="kb-icon" :aria-label="words.up" :title="words.up" @click="$emit('up')"><q-icon name="arrow_upward" /></button>
            <button type="button" class="kb-icon" :aria-label="words.drop_variant" :title="words.drop_variant" @click="$emit('drop')"><q-icon name="delete_outline" /></button>
          </template>
        </div>
        <textarea class="kb-text" ref="text" v-model="answer.text" :aria-label="words.text" :readonly="!edits" rows="4"></textarea>
        <div v-if="edits" class="kb-places"><span class="desk-help">{{ words.placeholders }}</span>
          <button v-for="name in places" :key="name" type="button" class="kb-place" :title="values[name] || slots[name]" @click="insert(name)">{{ name }}</button></div>
        <label v-if="answer.pictured" class="kb-field"><span>{{ words.image }}</span>
          <input v-model="answer.image" type="url" :readonly="!edits" :placeholder="words.image_help" /></label>
        <div v-if="answer.buttons.length" class="kb-buttons"><span class="kb-label">{{ words.buttons }}</span>
          <div v-for="(button, place) in answer.buttons" :key="place" class="kb-button-line">
            <input v-model="button.title" :readonly="!edits" :placeholder="words.button_title" :aria-label="words.button_title" maxlength="64" />
            <select v-model="button.kind" :disabled="!edits" :aria-label="words.to_intent">
              <option value="intent">{{ words.to_intent }}</option><option value="link">{{ words.to_link }}</option><option value="other">{{ words.to_other }}</option></select>
            <select v-if="button.kind === 'intent'" v-model="button.intent" :disabled="!edits" :aria-label="words.choose_intent">
              <option value="" disabled>{{ words.choose_intent }}</option>
              <option v-if="button.intent && !known(button.intent)" :value="button.intent">{{ button.intent }}</option>
              <option v-for="[name, title] in intents" :key="name" :value="name">{{ title }}</option></select>
            <input v-else v-model="button.raw" :readonly="!edits" :placeholder="button.kind === 'link' ? words.link_help : ''" :aria-label="words.to_link" />
            <button v-if="edits" type="button" class="kb-icon" :aria-label="words.drop_button" @click="answer.buttons.splice(place, 1)"><q-icon name="close" /></button>
          </div></div>
        <div v-if="answer.slots.length" class="kb-buttons"><span class="kb-label">{{ words.condition }}</span>
          <div v-for="(each, place) in answer.slots" :key="place" class="kb-button-line">
            <select v-model="each.slot" :disabled="!edits" :aria-label="words.slot">
              <option v-if="!(each.slot in slots)" :value="each.slot">{{ each.slot }}</option>
              <option v-for="(title, name) in slots" :key="name" :value="name">{{ title }}</option></select>
            <select v-model="each.how" :disabled="!edits" :aria-label="words.condition">
              <option value="equals">{{ words.equals }}</option><option value="filled">{{ words.filled }}</option><option value="empty">{{ words.empty }}</option></select>
            <input v-if="each.how === 'equals'" v-model="each.value" :readonly="!edits" :placeholder="words.value" :aria-label="words.value" />
            <button v-if="edits" type="button" class="kb-icon" :aria-label="words.drop_condition" @click="answer.slots.splice(place, 1)"><q-icon name="close" /></button>
          </div></div>
        <div v-if="edits" class="kb-adds">
          <button type="button" class="kb-link" @click="answer.buttons.push({ title: '', kind: 'intent', intent: '', raw: '' })"><q-icon name="add" />{{ words.add_button }}</button>
          <button v-if="!answer.pictured" type="button" class="kb-link" @click="answer.pictured = true"><q-icon name="add" />{{ words.add_image }}</button>
          <button v-if="Object.keys(slots).length" type="button" class="kb-link" @click="answer.slots.push({ slot: Object.keys(slots)[0], how: 'filled', value: '' })">
            <q-icon name="add" />{{ words.add_condition }}</button>
        </div>
        <details class="kb-when" :open="limited"><summary>{{ words.when }}</summary>
          <div class="kb-fields">
            <label class="kb-field"><span>{{ words.since }}</span><input v-model="answer.since" :type="dated(answer.since)" :readonly="!edits" /></label>
            <label class="kb-field"><span>{{ words.until }}</span><input v-model="answer.until" :type="dated(answer.until)" :readonly="!edits" :title="words.until_help" /></label>
            <label class="kb-field"><span>{{ words.channel }}</span><select v-model="answer.channel" :disabled="!edits">
              <option value="">{{ words.any_channel }}</option><option v-for="each in channels" :key="each" :value="each">{{ each }}</option></select></label>
            <label class="kb-field"><span>{{ words.language }}</span><select v-model="answer.language" :disabled="!edits">
              <option value="">{{ words.any_language }}</option>
              <option v-if="answer.language && !(answer.language in words.languages)" :value="answer.language">{{ answer.language }}</option>
              <option v-for="(title, code) in words.languages" :key="code" :value="code">{{ title }}</option></select></label>
          </div><p class="desk-help">{{ words.until }}: {{ words.until_help }}</p></details>
      </div>
      <Preview :answer="answer" :words="words" :values="values" :slots="slots" />
    </div>`,
  data() {
    const { channel, language, since, until } = this.answer;
    return { limited: Boolean(channel || language || since || until) };
  },
  computed: {
    places() {
      return [...Object.keys(this.values).filter((name) => this.values[name]), ...Object.keys(this.slots)];
    },
    over() {
      const until = this.answer.until;
      return Boolean(until) && (until.length > 10 ? new Date(until) <= new Date() : until < this.today);
    },
    channels() {
      return [...new Set(["telegram", "web", "terminal", this.answer.channel])].filter(Boolean);
    },
  },
  methods: {
    known(name) {
      return this.intents.some(([each]) => each === name);
    },
    // A time of day that a file gave stays as it is written.
    dated(value) {
      return value.length > 10 ? "text" : "date";
    },
    insert(name) {
      this.$refs.text.focus();
      document.execCommand("insertText", false, `{${name}}`);
    },
  },
};

export default {
  components: { Variant },
  props: {
    words: Object, kinds: Object, departments: Object, intents: Array, values: Object, slots: Object, start: Object,
    edits: Boolean, prefix: String, today: String,
  },
  template: `
    <form class="kb-editor" @submit.prevent="save" @keydown.ctrl.s.prevent="save" @keydown.meta.s.prevent="save">
      <header class="kb-head">
        <a class="kb-back" :href="prefix + '/knowledge'"><q-icon name="arrow_back" />{{ words.back }}</a>
        <div class="kb-head-line"><h2>{{ form.title || state.name }}</h2>
          <span v-if="state.change" class="desk-chip" :class="state.change === 'removed' ? 'desk-chip-bad' : 'desk-chip-accent'">{{ words[state.change] }}</span>
          <span v-if="dirty" class="desk-chip desk-chip-warn">{{ words.unsaved }}</span></div>
        <span class="kb-name">{{ state.name }}</span>
      </header>

      <div v-if="moved" class="kb-notice" role="alert"><q-icon name="group" /><span>{{ words.moved.replace("{who}", () => moved.who) }}</span>
        <button type="button" class="kb-link" @click="$emit('compare', value)">{{ words.compare }}</button></div>
      <div v-if="clash" class="kb-clash" role="alertdialog" :aria-label="words.conflict.replace('{who}', () => clash.who)">
        <b>{{ words.conflict.replace("{who}", () => clash.who) }}</b><p class="desk-help">{{ words.conflict_help }}</p>
        <div class="kb-clash-sides"><div><span class="kb-label">{{ words.theirs.replace("{who}", () => clash.who) }}</span>
            <p v-for="(line, index) in clash.theirs" :key="index">{{ line }}</p><p v-if="!clash.theirs.length" class="desk-faint">{{ words.no_lines }}</p></div>
          <div><span class="kb-label">{{ words.mine }}</span>
            <p v-for="(line, index) in clash.mine" :key="index">{{ line }}</p><p v-if="!clash.mine.length" class="desk-faint">{{ words.no_lines }}</p></div></div>
        <div class="kb-clash-actions"><button type="button" class="kb-plain" @click="put(clash.state)">{{ words.take_theirs.replace("{who}", () => clash.who) }}</button>
          <button type="button" class="kb-primary" @click="save">{{ words.keep_mine }}</button></div>
      </div>

      <section class="desk-panel kb-part"><h3>{{ words.about }}</h3>
        <div class="kb-fields">
          <label class="kb-field"><span>{{ words.title }}</span><input v-model="form.title" name="title" :readonly="!edits" maxlength="60" :title="words.title_help" /></label>
          <label class="kb-field"><span>{{ words.kind }}</span><select v-model="form.kind" :disabled="!edits">
            <option v-for="(title, name) in kinds" :key="name" :value="name">{{ title }}</option></select></label>
          <label class="kb-field"><span>{{ words.department }}</span><select v-model="form.department" :disabled="!edits">
            <option value="">{{ words.no_department }}</option>
            <option v-for="(title, name) in departments" :key="name" :value="name">{{ title }}</option></select></label>
        </div></section>

      <section class="desk-panel kb-part"><div class="kb-part-head"><h3>{{ words.examples }}</h3>
          <span class="kb-count" :class="{ 'kb-few': examples.length < 10 }">{{ words.count.replace("{number}", examples.length) }}</span></div>
        <p class="desk-help">{{ words.examples_help }} {{ examples.length < 10 ? words.few : examples.length < 30 ? "" : words.fine }}</p>
        <textarea class="kb-examples" v-model="form.examples" :aria-label="words.examples" :readonly="!edits" spellcheck="false"
                  :rows="Math.min(24, Math.max(8, lines + 1))"></textarea>
        <div v-if="edits" class="kb-checked" aria-live="polite">
          <span v-if="checking" class="desk-help">{{ words.checking }}</span>
          <span v-else-if="doubts && !doubts.length && examples.length" class="kb-fine"><q-icon name="check" />{{ words.no_doubts }}</span>
          <ul v-if="doubts && doubts.length" class="kb-doubts"><li v-for="each in doubts" :key="each.text" :class="'kb-doubt-' + each.kind">
            <q-icon :name="icons[each.kind]" />{{ each.text }}</li></ul>
        </div></section>

      <section class="desk-panel kb-part"><h3>{{ words.answers }}</h3><p class="desk-help">{{ form.answers.length ? words.answers_help : words.no_answers }}</p>
        <Variant v-for="(answer, index) in form.answers" :key="keys[index]" :answer="answer" :index="index" :words="words" :values="values"
                 :slots="slots" :intents="intents" :today="today" :edits="edits" @drop="drop(index)" @up="up(index)" />
        <button v-if="edits" type="button" class="kb-plain" @click="add"><q-icon name="add" />{{ words.add_variant }}</button></section>

      <p v-if="refusal" class="desk-error" role="alert">{{ refusal }}</p>
      <footer v-if="edits" class="kb-actions">
        <button v-if="state.saved" type="button" class="kb-plain kb-danger" @click="$emit('remove')"><q-icon name="delete_outline" />{{ words.remove }}</button>
        <button v-if="state.drafted" type="button" class="kb-plain" @click="$emit('discard')"><q-icon name="undo" />{{ words.discard }}</button>
        <span class="desk-grow"></span>
        <template v-if="state.drafted && !dirty && state.change === 'changed'">
          <span v-if="state.learns" class="desk-help kb-learns">{{ words.needs_training }}</span>
          <button v-else type="button" class="kb-plain" @click="$emit('publish')"><q-icon name="publish" />{{ words.publish }}</button></template>
        <button type="submit" class="kb-primary" :disabled="saving || (!dirty && state.saved)">{{ words.save }}</button>
      </footer>
    </form>`,
  data() {
    const form = opened(this.start.value);
    return {
      state: this.start,
      form,
      before: JSON.stringify(closed(form)),
      keys: form.answers.map((_, index) => index),
      doubts: null,
      checking: false,
      saving: false,
      refusal: "",
      clash: null,
      moved: null,
      icons: { personal: "privacy_tip", twice: "content_copy", duplicate: "content_copy", stolen: "call_split" },
    };
  },
  computed: {
    value() {
      return closed(this.form);
    },
    dirty() {
      return JSON.stringify(this.value) !== this.before;
    },
    examples() {
      return this.value.examples || [];
    },
    lines() {
      return this.form.examples.split("\n").length;
    },
  },
  watch: {
    examples(now, before) {
      if (JSON.stringify(now) !== JSON.stringify(before)) this.ask();
    },
  },
  mounted() {
    if (this.edits && this.examples.length) this.ask();
    this.leave = (event) => this.dirty && event.preventDefault();
    addEventListener("beforeunload", this.leave);
  },
  unmounted() {
    removeEventListener("beforeunload", this.leave);
    clearTimeout(this.timer);
  },
  methods: {
    ask() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => {
        this.checking = true;
        this.$emit("check", this.examples);
      }, CHECK_AFTER);
    },
    doubt(doubts) {
      this.doubts = doubts;
      this.checking = false;
    },
    save() {
      if (this.saving || !this.edits) return;
      this.saving = true;
      this.refusal = "";
      this.$emit("save", { value: this.value });
    },
    put(state) {
      this.state = state;
      this.form = opened(state.value);
      this.before = JSON.stringify(closed(this.form));
      this.keys = this.form.answers.map(() => Math.random());
      this.saving = false;
      this.refusal = "";
      this.clash = this.moved = null;
    },
    refused(text) {
      this.refusal = text;
      this.saving = false;
    },
    conflict(clash) {
      this.clash = clash;
      this.moved = null;
      this.saving = false;
      this.$el.scrollIntoView({ block: "start" });
    },
    others(state) {
      if (this.dirty || this.clash) this.moved = state;
      else this.put(state);
    },
    add() {
      this.form.answers.push(opened({ answers: [{ text: "" }] }).answers[0]);
      this.keys.push(Math.random());
    },
    drop(index) {
      this.form.answers.splice(index, 1);
      this.keys.splice(index, 1);
    },
    up(index) {
      for (const list of [this.form.answers, this.keys]) list.splice(index - 1, 0, ...list.splice(index, 1));
    },
  },
};
