// The controls of one item. They show what the line says and report what the reader chooses.

import { Widget } from '@lumino/widgets';
import { Answer, Item, Option, Reading } from './item';
import { controls, readNumber } from './reading';
import { Speech } from './speech';

/** Show an answer in the controls; null checks nothing. */
type Show = (answer: Answer) => void;
type Choose = (answer: Answer) => void;
interface Controls {
  node: HTMLElement;
  show: Show;
  /** A button beside Clear, shown until there is an answer. */
  accept?: HTMLButtonElement;
}

function task(kind: Item['kind'], { _ }: Speech): string {
  return {
    radios: _('choose one'),
    checks: _('choose all that fit'),
    ordered: _('put them in order'),
    matching: _('choose a partner for each'),
    number: _('type a number')
  }[controls[kind]];
}

let groups = 0;

export class Pen extends Widget {
  /** `_chosen` is told when the reader answers; it writes the line and draws again. */
  constructor(
    private _chosen: (item: Item, answer: Answer) => void,
    private _speech: Speech
  ) {
    super();
    this.addClass('crp');
    Object.assign(this.node, _speech.attributes);
  }

  /** Bring the controls in line with the item and what its line says. */
  draw(item: Item, reading: Reading, readOnly: boolean): void {
    if (JSON.stringify(item) !== this._item) {
      this._item = JSON.stringify(item);
      this._reading = '';
      this._build(item);
    }
    this._fieldset.disabled = readOnly;
    if (JSON.stringify(reading) !== this._reading) {
      this._reading = JSON.stringify(reading);
      this._controls.show(reading.answer);
      this._controls.accept?.toggleAttribute('hidden', reading.answer !== null);
      this._say(describe(item, reading, this._speech));
    }
  }

  private _build(item: Item): void {
    const choose: Choose = answer => {
      this._reading = '';
      this._chosen(item, answer);
    };
    const speech = this._speech;
    const { _ } = speech;
    this._controls = {
      radios: () => boxes('radio', item, choose),
      checks: () => boxes('checkbox', item, choose),
      ordered: () => order(item, choose, speech),
      matching: () => match(item, choose, speech),
      number: () => number(item, choose, text => this._say(text), speech)
    }[controls[item.kind]]();
    const clear = button(_('Clear'), () => choose(null));
    clear.ariaLabel = _('Clear the answer to {title}', { title: item.title });
    this._fieldset.replaceChildren(
      el('legend', {}, `${item.title}: ${task(item.kind, speech)}`),
      this._controls.node,
      el('div', { className: 'crp-foot' }, this._state, this._controls.accept ?? '', clear)
    );
    this.node.replaceChildren(this._fieldset);
  }

  private _say(text: string): void {
    // A live region speaks at every change, so an equal text is left alone.
    if (this._state.textContent !== text) {
      this._state.textContent = text;
    }
  }

  private _controls!: Controls;
  private _item = '';
  private _reading = '';
  private _fieldset = el('fieldset', {});
  private _state = el('p', { className: 'crp-state', role: 'status' });
}

/** The state in words. */
function describe({ kind, left }: Item, { answer, other }: Reading, { _ }: Speech): string {
  if (other !== undefined) {
    const start = other.length > 60 ? `${other.slice(0, 60)} …` : other;
    return _("The buttons can't show what is in the line: {start}", { start });
  }
  if (answer === null) {
    return _('Not answered yet');
  }
  if (controls[kind] === 'number') {
    return _('Answered');
  }
  if (controls[kind] === 'matching') {
    const none = _('not yet');
    const pairs = left.map(({ code }, i) => `${code} → ${answer[i] || none}`);
    return _('Answer: {answer}', { answer: pairs.join(', ') });
  }
  return _('Answer: {answer}', { answer: answer.join(', ') });
}

function boxes(type: 'radio' | 'checkbox', { options }: Item, choose: Choose): Controls {
  const name = `crp-${++groups}`;
  const inputs = options.map(({ code }) => el('input', { type, name, value: code }));
  const chosen = () => inputs.filter(input => input.checked).map(input => input.value);
  const node = el('div', {
    onchange: () => choose(chosen().length ? chosen() : null)
  });
  options.forEach((option, i) => node.append(el('label', {}, inputs[i], ...words(option))));
  return {
    node,
    show: answer => inputs.forEach(input => (input.checked = !!answer?.includes(input.value)))
  };
}

function order({ options }: Item, choose: Choose, { _ }: Speech): Controls {
  let codes: string[] = [];
  const node = el('ol', {});
  const rows = new Map(
    options.map(option => {
      const { code, text } = option;
      const shift = (step: number) => {
        const from = codes.indexOf(code);
        const to = from + step;
        if (to >= 0 && to < codes.length) {
          const moved = [...codes];
          [moved[from], moved[to]] = [moved[to], moved[from]];
          choose(moved);
        }
      };
      const up = button('↑', () => shift(-1));
      const down = button('↓', () => shift(1));
      up.ariaLabel = up.title = _('Move up: {text}', { text });
      down.ariaLabel = down.title = _('Move down: {text}', { text });
      const row = el('li', {}, el('div', {}, up, down, el('span', {}, ...words(option))));
      return [code, { row, up, down }];
    })
  );
  const show: Show = answer => {
    const focused = document.activeElement;
    codes = answer ?? options.map(({ code }) => code);
    codes.forEach((code, i) => {
      const { row, up, down } = rows.get(code)!;
      if (node.children[i] !== row) {
        node.insertBefore(row, node.children[i] ?? null);
      }
      // Not `disabled`: a button at the end of the list keeps the keyboard's focus.
      up.ariaDisabled = String(i === 0);
      down.ariaDisabled = String(i === codes.length - 1);
    });
    if (focused !== document.activeElement && node.contains(focused)) {
      (focused as HTMLElement).focus();
    }
  };
  const accept = button(_('Use this order'), () => {
    choose(codes);
    // This button goes away now; the focus must not.
    rows.get(codes[0])!.up.focus();
  });
  return { node, show, accept };
}

function match({ options, left }: Item, choose: Choose, { _ }: Speech): Controls {
  const selects = left.map(() =>
    el(
      'select',
      { onchange: () => choose(selects.map(select => select.value)) },
      el('option', { value: '' }, _('Choose …')),
      ...options.map(({ code, text }) => el('option', { value: code }, `${code}. ${text}`))
    )
  );
  const rows = left.map((item, i) =>
    el('label', {}, el('span', {}, ...words(item)), selects[i])
  );
  return {
    node: el('div', { className: 'crp-pairs' }, ...rows),
    show: answer => selects.forEach((select, i) => (select.value = answer?.[i] ?? ''))
  };
}

function number(
  { unit }: Item,
  choose: Choose,
  say: (text: string) => void,
  { _ }: Speech
): Controls {
  // Not type=number: that one changes at a turn of the wheel and hides what it can't read.
  const input = el('input', { type: 'text', inputMode: 'decimal', autocomplete: 'off' });
  input.oninput = () => {
    const digits = readNumber(input.value, unit);
    const fine = digits !== null || !input.value.trim();
    input.ariaInvalid = String(!fine);
    if (fine) {
      choose(digits === null ? null : [digits]);
    } else {
      say(_("That isn't a number yet, so it wasn't saved in the line. Use digits and a point, like 1234.5"));
    }
  };
  const label = el('label', { className: 'crp-number' }, _('Your number'), input);
  if (unit) {
    label.append(el('span', {}, unit));
  }
  return {
    node: label,
    show: answer => {
      // What is being typed ("37.", "37.0") stays as it is while it means the same.
      const same = input.value.trim() && Number(readNumber(input.value, unit) ?? NaN) === Number(answer?.[0]);
      if (!same) {
        input.value = answer?.[0] ?? '';
      }
      input.ariaInvalid = 'false';
    }
  };
}

/** An option's code and text; its words make the control's accessible name. */
function words({ code, text }: Option): (HTMLElement | string)[] {
  return [el('b', {}, `${code}.`), ' ', el('span', {}, text)];
}

function button(text: string, onclick: () => void): HTMLButtonElement {
  return el('button', { type: 'button', onclick }, text);
}

/** An element with properties and children. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]>,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}
