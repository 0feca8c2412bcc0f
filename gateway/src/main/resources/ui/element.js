// The base of the page's elements: a reactive element that renders a lit-html template into itself.
//
// It is what the package "lit" calls LitElement, minus the shadow root: with one document, labels, live regions and
// the one stylesheet reach everywhere. It is written out here because lit-element.js imports by bare names, which a
// browser resolves only with an import map, and that would be an inline script (see docs/decisions/0050).

import { ReactiveElement } from './vendor/reactive-element/reactive-element.js';
import { html, nothing, render, svg } from './vendor/lit-html/lit-html.js';

export { html, nothing, svg };

export class Element extends ReactiveElement {
  createRenderRoot() {
    return this;
  }

  update(changed) {
    super.update(changed);
    render(this.render(), this, { host: this });
  }

  /** The element's content, a template. */
  render() {
    return nothing;
  }
}
