// The list of intents. It has all rows, and finds, filters and sorts them by itself; what intents are called is text.
const AT_FIRST = 150;

export default {
  props: { words: Object, prefix: String, start: Array, edits: Boolean, departments: Object },
  template: `
    <div class="kb-list">
      <div class="kb-filters">
        <label class="kb-search"><q-icon name="search" />
          <input v-model.trim="sought" type="search" :placeholder="words.search" :aria-label="words.search" /></label>
        <select v-model="kind" :aria-label="words.columns.kind">
          <option value="">{{ words.all_kinds }}</option>
          <option v-for="(title, name) in words.kinds" :key="name" :value="name">{{ title }}</option>
        </select>
        <select v-model="department" :aria-label="words.department">
          <option value="">{{ words.all_departments }}</option>
          <option value="-">{{ words.no_department }}</option>
          <option v-for="(title, name) in departments" :key="name" :value="name">{{ title }}</option>
        </select>
        <select v-model="order" :aria-label="words.sort">
          <option v-for="(title, name) in words.sorts" :key="name" :value="name">{{ title }}</option>
        </select>
        <button type="button" class="kb-toggle" :aria-pressed="troubled" @click="troubled = !troubled">
          <q-icon name="warning_amber" />{{ words.only_trouble }}<span>{{ troubles }}</span></button>
        <button v-if="edits" type="button" class="kb-primary" @click="$emit('new')"><q-icon name="add" />{{ words.new }}</button>
      </div>
      <div class="kb-rows">
        <div class="kb-row kb-row-head" aria-hidden="true">
          <span v-for="(title, name) in words.columns" :key="name" :class="'kb-cell-' + name">{{ title }}</span>
        </div>
        <a v-for="row in shown" :key="row.name" class="kb-row" :href="prefix + '/knowledge/intent/' + row.path"
           :class="{ 'kb-row-removed': row.change === 'removed' }" :data-intent="row.name">
          <span class="kb-cell-title">
            <span class="kb-row-title"><b>{{ row.title }}</b>
              <span v-if="row.change" class="desk-chip desk-chip-accent">{{ words.changes[row.change] }}</span></span>
            <span v-if="row.title !== row.name" class="kb-name">{{ row.name }}</span>
            <span v-if="row.trouble.length" class="kb-trouble"><q-icon name="warning_amber" />{{ told(row) }}</span>
          </span>
          <span class="kb-cell-kind"><span class="desk-chip">{{ words.kinds[row.kind] || row.kind }}</span>
            <span class="kb-department">{{ departments[row.department] || row.department }}</span></span>
          <span class="kb-cell-examples">{{ row.examples }}<i> {{ words.columns.examples.toLowerCase() }}</i></span>
          <span class="kb-cell-accuracy">
            <template v-if="row.accuracy !== null">
              <span class="kb-share"><span class="kb-bar" :class="grade(row.accuracy)"><span :style="{ width: 100 * row.accuracy + '%' }"></span></span>
                {{ Math.round(100 * row.accuracy) }}%</span>
              <span v-if="row.confused !== null" class="kb-confused">{{ confused(row) }}</span>
            </template>
            <span v-else class="desk-faint">{{ words.not_judged }}</span>
          </span>
          <span class="kb-cell-turns">{{ row.turns }}<i>×<em>{{ words.columns.turns }}</em></i>
            <span v-if="row.ratings" class="kb-stars" :title="rated(row)" :aria-label="rated(row)">★ {{ stars(row) }}</span></span>
        </a>
      </div>
      <div v-if="!found.length" class="desk-empty"><q-icon name="menu_book" />
        <span class="desk-empty-text">{{ rows.length ? words.none_found : words.empty }}</span>
        <span v-if="!rows.length" class="desk-empty-help">{{ words.empty_help }}</span></div>
      <div v-else class="kb-foot">{{ fill(words.shown, { shown: shown.length, all: rows.length }) }}
        <button v-if="shown.length < found.length" type="button" class="kb-link" @click="all = true">{{ words.more }}</button></div>
    </div>`,
  data() {
    return { rows: this.start, sought: "", kind: "", department: "", order: "turns", troubled: false, all: false };
  },
  computed: {
    troubles() {
      return this.rows.filter((row) => row.trouble.length).length;
    },
    found() {
      const words = this.sought.toLowerCase().split(/\s+/).filter(Boolean);
      const by = (row) => [row.title, row.name].join(" ").toLowerCase();
      const rows = this.rows.filter(
        (row) =>
          words.every((word) => by(row).includes(word)) &&
          (!this.kind || row.kind === this.kind) &&
          (!this.department || row.department === (this.department === "-" ? "" : this.department)) &&
          (!this.troubled || row.trouble.length),
      );
      const keys = {
        turns: (row) => -row.turns,
        accuracy: (row) => row.accuracy ?? 2,
        examples: (row) => row.examples,
        title: () => 0,
      };
      const key = keys[this.order];
      return rows.sort((a, b) => key(a) - key(b) || a.title.localeCompare(b.title));
    },
    shown() {
      return this.all ? this.found : this.found.slice(0, AT_FIRST);
    },
  },
  methods: {
    put(rows) {
      this.rows = rows;
    },
    fill(text, values) {
      return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
    },
    told(row) {
      return row.trouble.map((name) => this.words.troubles[name]).join(" · ");
    },
    confused(row) {
      const text = row.confused ? this.words.confused : this.words.confused_unknown;
      return this.fill(text, { intent: row.confused, number: row.mistakes });
    },
    stars(row) {
      return row.stars.toLocaleString(this.words.locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    },
    rated(row) {
      return this.fill(this.words.rated, { stars: this.stars(row), number: row.ratings });
    },
    grade(share) {
      return share < 0.7 ? "kb-bar-bad" : share < 0.85 ? "kb-bar-warn" : "kb-bar-good";
    },
  },
};
