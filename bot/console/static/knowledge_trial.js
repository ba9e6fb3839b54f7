// The pane for trying messages. On narrow screens it is a sheet that a button opens. Whatever was written is text.
const Side = {
  props: { side: Object, words: Object, title: String, open: Boolean },
  template: `
    <section class="kb-side">
      <h3 v-if="title" class="kb-side-title">{{ title }}</h3>
      <p class="kb-verdict" :class="'kb-verdict-' + side.tone">{{ side.verdict }}</p>
      <div v-if="side.says.length" class="kb-chat" :aria-label="words.says">
        <template v-for="(said, index) in side.says" :key="index">
          <div class="kb-bubble">
            <div v-if="said.image" class="kb-picture"><q-icon name="image" /><span>{{ said.image }}</span></div>
            <div v-if="said.text" class="kb-bubble-text">{{ said.text }}</div>
          </div>
          <div v-for="(row, place) in said.buttons" :key="place" class="kb-keys">
            <span v-for="key in row" :key="key" class="kb-key">{{ key }}</span></div>
        </template>
      </div>
      <details class="kb-why" :open="open">
        <summary>{{ words.details }}</summary>
        <div class="kb-why-part" v-if="side.ranking.length"><span class="kb-label">{{ words.ranking }}</span>
          <div v-for="each in side.ranking" :key="each.name" class="kb-rank">
            <span class="kb-rank-title" :title="each.name">{{ each.title }}</span>
            <span class="kb-bar"><span :style="{ width: 100 * each.share + '%' }"></span></span>
            <span class="kb-rank-share">{{ Math.round(100 * each.share) }}%</span>
          </div>
          <span class="desk-faint">{{ side.in_scope }}</span></div>
        <div class="kb-why-part" v-if="side.spoke.length"><span class="kb-label">{{ words.spoke.replace("{intent}", () => side.best) }}</span>
          <span class="kb-words"><span v-for="word in side.spoke" :key="word" class="desk-chip desk-chip-accent">{{ word }}</span></span></div>
        <div class="kb-why-part"><span class="kb-label">{{ words.reading }}</span><span class="kb-reading">{{ side.reading || "–" }}</span></div>
        <div class="kb-why-part" v-if="side.entities.length"><span class="kb-label">{{ words.entities }}</span>
          <span class="kb-words"><span v-for="(each, index) in side.entities" :key="index" class="desk-chip">{{ each.kind }}: {{ each.value }}</span></span></div>
        <div class="kb-why-part" v-if="side.mood.length"><span class="kb-label">{{ words.mood }}</span>{{ side.mood.join(", ") }}</div>
        <div class="kb-why-part" v-if="side.language"><span class="kb-label">{{ words.language }}</span>{{ side.language }}</div>
      </details>
    </section>`,
};

export default {
  components: { Side },
  props: { words: Object },
  template: `
    <aside class="kb-trial" :class="{ 'kb-trial-open': open }" :aria-label="words.title" @keydown.esc="toggle(false)">
      <button type="button" class="kb-trial-opener" @click="toggle(true)"><q-icon name="chat_bubble_outline" />{{ words.title }}</button>
      <div class="kb-trial-body">
        <div class="kb-trial-head"><div><h2>{{ words.title }}</h2><p class="desk-help">{{ words.help }}</p></div>
          <button type="button" class="kb-trial-close" :aria-label="words.close" @click="toggle(false)"><q-icon name="close" /></button></div>
        <form class="kb-trial-form" @submit.prevent="send">
          <textarea v-model="text" ref="field" rows="2" maxlength="2000" :placeholder="words.hint" :aria-label="words.title"
                    @keydown.enter.exact.prevent="send"></textarea>
          <button type="submit" class="kb-primary" :disabled="!text.trim()">{{ words.try_it }}</button>
        </form>
        <div v-if="waiting && !shown" class="kb-progress"><span class="kb-progress-bar kb-progress-busy"></span></div>
        <div v-if="shown" class="kb-sides" :class="{ 'kb-stale': waiting }" aria-live="polite">
          <template v-if="shown.same && shown.active">
            <Side :side="shown.active" :words="words" title="" :open="true" />
            <p class="desk-help kb-same"><q-icon name="done_all" />{{ words.same }}</p>
          </template>
          <template v-else>
            <Side v-if="shown.active" :side="shown.active" :words="words" :title="words.active" :open="false" />
            <p v-else class="desk-help">{{ words.nothing_active }}</p>
            <Side v-if="shown.draft" :side="shown.draft" :words="words" :title="words.draft" :open="true" />
            <section v-else-if="shown.failed" class="kb-side"><h3 class="kb-side-title">{{ words.draft }}</h3>
              <p class="kb-verdict kb-verdict-bad">{{ words.failed.replace("{error}", () => shown.failed) }}</p></section>
            <section v-else class="kb-side"><h3 class="kb-side-title">{{ words.draft }}</h3>
              <p class="desk-help">{{ words.training }} … {{ shown.step }}</p>
              <div class="kb-progress"><span class="kb-progress-bar" :style="{ width: Math.max(4, 100 * shown.share) + '%' }"></span></div></section>
          </template>
        </div>
        <p v-if="stale && shown" class="kb-outdated"><span>{{ words.outdated }}</span>
          <button type="button" class="kb-link" @click="send">{{ words.again }}</button></p>
      </div>
    </aside>`,
  data() {
    return { text: "", sent: "", shown: null, waiting: false, stale: false, open: false };
  },
  methods: {
    send() {
      this.text = this.text.trim() || this.sent;
      if (!this.text) return;
      if (this.text !== this.sent) this.shown = null;
      this.sent = this.text;
      this.waiting = true;
      this.stale = false;
      this.$emit("try", this.text);
    },
    show(shown) {
      this.shown = shown;
      this.waiting = false;
    },
    outdated() {
      this.stale = true;
    },
    toggle(open) {
      this.open = open;
      if (open) this.$nextTick(() => this.$refs.field.focus());
    },
  },
};
