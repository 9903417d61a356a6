// A widget as a picture: its words, choices and result as HTML that lasts, without its controls.

/** A control of ipywidgets, with its description. */
const THEIRS = ':is(.widget-inline-hbox, .widget-inline-vbox):not(.widget-label, .widget-html)';
/** Elements that give way to what they say, outer ones first. */
const CONTROLS = `fieldset, .cr-field, .cr-pair, .cr-option, ${THEIRS}`;
/** What a learner's own picture has no need of. */
const GONE =
  '.cr-tools, button, input, select, textarea, style, script, .jp-OutputPrompt, .jp-OutputArea-promptOverlay';

/** What a widget shows now, in the frame of the page that it began as. */
export function still(live: HTMLElement, first: string): string {
  const frame = new DOMParser().parseFromString(first, 'text/html').querySelector('.cr');
  const picture = withoutControls(live);
  const own = frame?.querySelector(':scope > .cr-own');
  if (frame && own) {
    own.replaceChildren(...picture.childNodes);
    return frame.outerHTML;
  }
  const kept = frame?.querySelectorAll(':scope > style, :scope > .cr-asleep') ?? [];
  picture.removeAttribute('role');
  picture.prepend(...kept);
  return picture.outerHTML;
}

/** Whether it's made of ipywidgets by the learner; Python's first picture says so. */
export function isOwn(first: string): boolean {
  return first.includes('class="cr-own"');
}

/** A copy of what is shown, in which controls say what is chosen. */
function withoutControls(live: HTMLElement): HTMLElement {
  const picture = live.cloneNode(true) as HTMLElement;
  const pairs = [...live.querySelectorAll<HTMLElement>(CONTROLS)];
  const copies = [...picture.querySelectorAll(CONTROLS)];
  pairs.forEach((control, place) => {
    // What stood in one that gave way went with it.
    if (picture.contains(copies[place])) {
      copies[place].replaceWith(said(control));
    }
  });
  for (const node of picture.querySelectorAll(GONE)) {
    node.remove();
  }
  // What the charts' script added to answer: where it isn't loaded, a chart is a picture again.
  for (const chart of picture.querySelectorAll('svg[tabindex]')) {
    chart.removeAttribute('tabindex');
    chart.removeAttribute('aria-keyshortcuts');
    chart.removeAttribute('data-lm-suppress-shortcuts');
    chart.setAttribute('role', 'img');
  }
  for (const pointed of picture.querySelectorAll('[data-here], tr[aria-current]')) {
    pointed.removeAttribute('data-here');
    pointed.removeAttribute('aria-current');
  }
  for (const node of picture.querySelectorAll('[aria-live]')) {
    node.removeAttribute('aria-live');
    node.removeAttribute('role');
  }
  for (const node of picture.querySelectorAll('p, .cr-verdict')) {
    if (!node.textContent?.trim() && !node.querySelector('svg, img')) {
      node.remove();
    }
  }
  return picture;
}

/** A control in words: its label and what is chosen. */
function said(control: HTMLElement): HTMLElement {
  if (control.matches(THEIRS)) {
    return saidTheirs(control);
  }
  const label = own(control, 'legend, label, .cr-label');
  const question = !control.closest('.cr-controls');
  const order = control.querySelector('ol');
  const options = [...control.querySelectorAll<HTMLInputElement>('input[type=radio], input[type=checkbox]')];
  const pairs = [...control.querySelectorAll<HTMLElement>('.cr-pair')];
  if (control.matches('.cr-option')) {
    const [box] = options;
    return line(words(control), [box?.checked ? '☑' : '☐']);
  }
  if (order) {
    return block(label, [...order.children].map(one => words(one)), 'ol');
  }
  if (pairs.length) {
    return block(label, pairs.map(pair => `${own(pair, 'label')}: ${values(pair).join(', ')}`));
  }
  if (options.length) {
    const texts = options.map(box => words(box.parentElement!));
    if (question) {
      return block(label, options.map((box, i) => `${box.checked ? '☑' : '☐'} ${texts[i]}`));
    }
    return line(label, texts.filter((_, i) => options[i].checked));
  }
  const step = control.querySelector('.cr-step');
  return line(label, step ? [words(step)] : values(control));
}

/** A control of ipywidgets in words: a slider has its value beside it. */
function saidTheirs(control: HTMLElement): HTMLElement {
  const label = own(control, '.widget-label, .widget-label-basic');
  const box = control.querySelector<HTMLInputElement>('input[type=checkbox]');
  const chosen = control.querySelectorAll<HTMLElement>('.widget-readout, .mod-active, label:has(:checked)');
  if (box) {
    return line(label, [box.checked ? '☑' : '☐']);
  }
  return line(label, chosen.length ? [...chosen].map(node => node.textContent ?? '') : values(control));
}

/** What is typed or chosen in a control; a slider's label says its value already. */
function values(control: Element): string[] {
  const typed = control.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(
    'textarea, input:not([type=range], [type=radio], [type=checkbox])'
  );
  const selected = [...control.querySelectorAll('select')].map(
    select => select.selectedOptions[0]?.textContent ?? ''
  );
  return [...selected, ...[...typed].map(node => node.value)].filter(Boolean);
}

/** The text of the first element that a selector finds, without controls in it. */
function own(node: Element, selector: string): string {
  const found = node.querySelector(selector);
  return found ? words(found) : '';
}

/** An element's text, without the words of its controls. */
function words(node: Element): string {
  const copy = node.cloneNode(true) as Element;
  copy.querySelectorAll('button, select, textarea').forEach(inner => inner.remove());
  return (copy.textContent ?? '').replace(/\s+/g, ' ').trim().replace(/:$/, '');
}

function line(label: string, chosen: string[]): HTMLElement {
  const node = document.createElement('p');
  const name = document.createElement('strong');
  name.textContent = label && chosen.length ? `${label}: ` : label;
  node.append(name, chosen.join('; '));
  return node;
}

function block(label: string, texts: string[], kind: 'ul' | 'ol' = 'ul'): HTMLElement {
  const node = document.createElement('div');
  const list = document.createElement(kind);
  list.append(
    ...texts.map(text => {
      const item = document.createElement('li');
      item.textContent = text;
      return item;
    })
  );
  node.append(line(label, []), list);
  return node;
}
