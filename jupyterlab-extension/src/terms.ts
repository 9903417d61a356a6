// A term of the glossary where it stands in a text: a button that opens what it means, by a press,
// by the keyboard's focus, or under the pointer. The browser's own popovers do most of it.

import { findTerms, type Term } from './glossary.js';

/** What holds no text to be explained: headings, links, code, quotations' sources, controls. */
const LEFT_ALONE = 'h1, h2, h3, h4, h5, h6, a, code, pre, cite, summary, button, label, select, script';

/**
 * Make each term's first place in each section of an element a button; `seen` stood before it.
 * `opened` gives the id of a term's meaning, in a popover whose id is that with `-box`.
 */
export function mark(root: Element, terms: Term[], seen: Set<string>, opened: (name: string) => string): void {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  const texts: [Text, Set<string>][] = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node instanceof Text) {
      if (!node.parentElement?.closest(LEFT_ALONE)) {
        texts.push([node, seen]);
      }
    } else if (/^H[1-3]$/.test(node.nodeName)) {
      seen = new Set();
    }
  }
  for (const [node, known] of texts) {
    let rest = node;
    let at = 0;
    for (const { start, end, name } of findTerms(node.data, terms, known)) {
      const word = rest.splitText(start - at);
      rest = word.splitText(end - start);
      at = end;
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'cr-term';
      const meaning = opened(name);
      button.setAttribute('popovertarget', `${meaning}-box`);
      button.setAttribute('popovertargetaction', 'show');
      // The words only: not what else can be pressed there.
      button.setAttribute('aria-describedby', meaning);
      button.append(word.data);
      word.replaceWith(button);
      // A line may break behind a button, but not before the full stop.
      const sign = /^[.,;:!?)\]”’»…]+/.exec(rest.data)?.[0];
      if (sign) {
        const whole = document.createElement('span');
        whole.className = 'cr-term-end';
        button.replaceWith(whole);
        rest.deleteData(0, sign.length);
        at += sign.length;
        whole.append(button, sign);
      }
    }
  }
}

/** Open a term's meaning by focus and under the pointer, too, beside the term. */
export function attendTerms(root: Document | HTMLElement): void {
  let leaving = 0;
  const termAt = (event: Event) =>
    event.target instanceof Element ? event.target.closest<HTMLButtonElement>('.cr-term') : null;
  const meaningAt = (event: Event) =>
    event.target instanceof Element ? event.target.closest<HTMLElement>('.cr-meaning') : null;
  const open = (event: Event) => {
    const term = termAt(event);
    const meaning = term ? (term.popoverTargetElement as HTMLElement | null) : null;
    if (term && meaning) {
      clearTimeout(leaving);
      if (!meaning.matches(':popover-open')) {
        // What can be pressed in it comes next after the term, by the keyboard.
        (meaning.showPopover as (from?: object) => void).call(meaning, { source: term });
      }
      place(term, meaning);
    } else if (meaningAt(event)) {
      clearTimeout(leaving);
    }
  };
  const leave = (event: Event) => {
    const meaning = (termAt(event)?.popoverTargetElement as HTMLElement | null) ?? meaningAt(event);
    // The pointer has time to come to the link in it.
    clearTimeout(leaving);
    leaving = window.setTimeout(() => meaning?.isConnected && meaning.hidePopover(), 250);
  };
  for (const [begin, end] of [['pointerover', 'pointerout'], ['focusin', 'focusout']]) {
    root.addEventListener(begin, open);
    root.addEventListener(end, event => (termAt(event) || meaningAt(event)) && leave(event));
  }
  // A press opens it without a script; with one, it stands beside its term.
  root.addEventListener('click', open);
}

/** Put a meaning below its term, or above it where there is no room, within the window. */
function place(term: HTMLElement, meaning: HTMLElement): void {
  const at = term.getClientRects()[0] ?? term.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = meaning;
  const left = Math.max(8, Math.min(at.left, window.innerWidth - width - 8));
  const below = at.bottom + 4;
  const top = below + height > window.innerHeight - 8 ? Math.max(8, at.top - height - 4) : below;
  Object.assign(meaning.style, { inset: 'auto', margin: '0', left: `${left}px`, top: `${top}px` });
}
