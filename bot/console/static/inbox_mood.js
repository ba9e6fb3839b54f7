// How the customer's mood went: a bar for each message, upwards where it was good. What they wrote is put in as text.
export default {
  props: { title: String, bars: Array },
  template: `
    <div class="inbox-mood" role="img" :aria-label="title">
      <span v-for="(bar, at) in bars" :key="at" class="inbox-mood-bar" :class="'inbox-mood-' + bar.kind" :title="bar.title">
        <span :style="{ height: bar.percent + '%' }"></span>
      </span>
    </div>`,
};
