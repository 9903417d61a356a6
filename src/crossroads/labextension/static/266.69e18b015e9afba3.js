"use strict";(self.rspackChunkcrossroads_pen=self.rspackChunkcrossroads_pen||[]).push([[266],{646(r,e,t){var o=t(601),n=t.n(o),a=t(314),i=(t.n(a))()(n());i.push([r.id,`/* The pen, and the Course panel. Colours follow the front end's theme; --jp-* are JupyterLab's. */

.crp {
  --crp-line: #6b7682;

  /* In line with the editor above. */
  margin: 6px 0 2px
    calc(var(--jp-cell-prompt-width) + var(--jp-cell-collapser-width) + var(--jp-border-width));
  color: var(--jp-ui-font-color1);
  font-family: var(--jp-content-font-family);
  font-size: var(--jp-content-font-size1);
  line-height: 1.45;
}

.crp fieldset {
  min-width: 0;
  margin: 0;
  padding: 8px 14px;
  background: var(--jp-layout-color0);
  border: 1px solid var(--jp-border-color1);
  border-inline-start: 4px solid var(--jp-brand-color1);
  border-radius: 6px;
}

/* Floated, so that the legend stands inside the frame. */
.crp legend {
  float: inline-start;
  width: 100%;
  margin-bottom: 4px;
  padding: 0;
  font-weight: 600;
}

.crp legend + * {
  clear: both;
}

.crp label {
  display: flex;
  gap: 8px;
  align-items: baseline;
  width: fit-content;
  margin-inline-start: -6px;
  padding: 2px 6px;
  border-radius: 4px;
}

.crp fieldset:enabled label {
  cursor: pointer;
}

.crp fieldset:enabled label:hover,
.crp li:hover {
  background: var(--jp-layout-color2);
}

.crp input[type='radio'],
.crp input[type='checkbox'] {
  flex: none;
  margin: 0;
  accent-color: var(--jp-brand-color1);
  transform: translateY(1px);
}

.crp button,
.crp select,
.crp input[type='text'] {
  font: inherit;
  color: inherit;
  background: var(--jp-layout-color1);
  border: 1px solid var(--crp-line);
  border-radius: 4px;
}

.crp button {
  flex: none;
  padding: 1px 10px;
  cursor: pointer;
}

.crp button:hover {
  background: var(--jp-layout-color2);
}

.crp button[hidden] {
  display: none;
}

.crp button[aria-disabled='true'],
.crp fieldset:disabled button {
  border-style: dashed;
  border-color: var(--jp-border-color1);
  color: var(--jp-ui-font-color2);
  cursor: default;
}

.crp select {
  min-width: 0;
  max-width: 100%;
  padding: 2px 6px;
}

.crp input[type='text'] {
  width: 9em;
  padding: 2px 8px;
}

.crp input[aria-invalid='true'] {
  border-style: dashed;
  border-width: 2px;
}

.crp :focus-visible {
  outline: 3px solid #d55e00;
  outline-offset: 1px;
}

.crp ol {
  margin: 0;
  padding: 0;
  padding-inline-start: 22px;
}

.crp li {
  padding: 2px 6px;
  border-radius: 4px;
}

.crp li > div {
  display: flex;
  gap: 6px;
  align-items: baseline;
}

.crp li button {
  padding: 0 8px;
}

.crp-pairs label {
  display: grid;
  grid-template-columns: minmax(8rem, 22rem) minmax(10rem, 32rem);
  width: auto;
}

.crp-number {
  align-items: center;
}

.crp-foot {
  display: flex;
  flex-wrap: wrap;
  gap: 4px 10px;
  align-items: center;
  margin-top: 6px;
}

.crp .crp-state {
  flex: 1 1 12rem;
  min-width: 0;
  margin: 0;
  overflow-wrap: anywhere;
}

/* What a prediction covers: an error is shown all the same. */
.crp-cover {
  display: none;
  flex-wrap: wrap;
  gap: 6px 10px;
  align-items: center;
  padding: 10px 14px;
  background: var(--jp-layout-color0);
  border: 1px dashed var(--crp-line);
  border-radius: 6px;
}

.crp-cover p {
  flex: 1 1 100%;
  margin: 0;
}

.crp-covered:has(.jp-OutputArea-child):not(:has([data-mime-type='application/vnd.jupyter.error'])) {
  & > .crp-cover {
    display: flex;
  }

  & > .jp-Cell-outputWrapper {
    display: none;
  }
}

/* Lab's side-by-side view lays a cell out as a grid. */
.jp-mod-sideBySide.jp-Notebook .jp-CodeCell > .crp {
  grid-column: 1 / -1;
}

@media only screen and (width <= 760px) {
  .crp {
    margin-left: var(--jp-cell-collapser-width);
  }
}

@media print {
  .crp button {
    display: none;
  }
}

.crc {
  overflow: auto;
  padding: 8px 12px 16px;
  color: var(--jp-ui-font-color1);
  background: var(--jp-layout-color1);
  font-family: var(--jp-ui-font-family);
  font-size: var(--jp-ui-font-size1);
  line-height: 1.4;
}

.crc h2 {
  margin: 4px 0 8px;
  font-size: var(--jp-ui-font-size3);
}

.crc h3 {
  margin: 16px 0 4px;
  font-size: var(--jp-ui-font-size2);
}

.crc p,
.crc ul {
  margin: 0;
  padding: 0;
  list-style: none;
}

.crc progress {
  width: 100%;
  height: 10px;
  accent-color: var(--jp-brand-color1);
}

.crc a {
  color: var(--jp-ui-font-color1);
  text-decoration: none;
}

.crc a:hover,
.crc button:hover,
.crc summary:hover {
  text-decoration: underline;
}

.crc li {
  padding: 3px 0;
}

.crc li > a {
  display: block;
}

.crc a[aria-current] {
  padding-inline-start: 8px;
  border-inline-start: 4px solid var(--jp-brand-color1);
  font-weight: 600;
}

.crc .crc-next {
  display: block;
  margin-top: 8px;
  padding: 8px 10px;
  background: var(--jp-layout-color2);
  border: 1px solid var(--jp-border-color1);
  border-inline-start: 4px solid var(--jp-brand-color1);
  border-radius: 4px;
}

.crc-next span,
.crc-next strong,
.crc .crc-note {
  display: block;
}

.crc-note {
  color: var(--jp-ui-font-color2);
  overflow-wrap: anywhere;
}

.crc button {
  padding: 0;
  color: inherit;
  font: inherit;
  background: none;
  border: 0;
  cursor: pointer;
}

.crc summary {
  cursor: pointer;
}

.crc dl {
  margin: 4px 0 0;
}

.crc dd {
  margin: 0 0 4px;
}

.crc :focus-visible {
  outline: 3px solid #d55e00;
  outline-offset: 1px;
}

/* A term of the glossary where it stands: a button that reads as its text does. */
.cr-term {
  display: inline;
  padding: 0;
  color: inherit;
  font: inherit;
  text-align: inherit;
  text-decoration: underline dotted 2px;
  text-decoration-color: var(--jp-border-color0, currentColor);
  text-underline-offset: 0.2em;
  background: none;
  border: 0;
  cursor: help;
}

.cr-term-end {
  white-space: nowrap;
}

.cr-term-end > .cr-term {
  white-space: normal;
}

.jp-RenderedMarkdown details {
  margin-bottom: 0.8em;
}

.cr-term:focus-visible {
  outline: 2px solid var(--jp-brand-color1);
  outline-offset: 1px;
}

.cr-meaning {
  box-sizing: border-box;
  max-width: min(26rem, calc(100vw - 16px));
  padding: 8px 12px;
  color: var(--jp-ui-font-color1);
  font-family: var(--jp-content-font-family);
  font-size: var(--jp-content-font-size1);
  line-height: 1.5;
  background: var(--jp-layout-color0);
  border: 1px solid var(--jp-border-color0, currentColor);
  border-radius: 6px;
  box-shadow: 0 3px 12px #0004;
}

.cr-meaning a {
  color: var(--jp-content-link-color);
}

/* A finger needs more room than a mouse: 24 px at least (WCAG 2.5.8), and more for what is pressed. */
@media (pointer: coarse) {
  .crp label {
    min-height: 2.25rem;
    align-items: center;
  }
  .crp input:is([type='radio'], [type='checkbox']) {
    width: 1.25rem;
    height: 1.25rem;
  }
  .crp :is(button, select, input[type='text']) {
    min-height: 2.5rem;
    min-width: 2.5rem;
  }
}
`,""]),t.d(e,{},{A:i})},314(r){r.exports=function(r){var e=[];return e.toString=function(){return this.map(function(e){var t="",o=void 0!==e[5];return e[4]&&(t+="@supports (".concat(e[4],") {")),e[2]&&(t+="@media ".concat(e[2]," {")),o&&(t+="@layer".concat(e[5].length>0?" ".concat(e[5]):""," {")),t+=r(e),o&&(t+="}"),e[2]&&(t+="}"),e[4]&&(t+="}"),t}).join("")},e.i=function(r,t,o,n,a){"string"==typeof r&&(r=[[null,r,void 0]]);var i={};if(o)for(var p=0;p<this.length;p++){var c=this[p][0];null!=c&&(i[c]=!0)}for(var l=0;l<r.length;l++){var d=[].concat(r[l]);o&&i[d[0]]||(void 0!==a&&(void 0===d[5]||(d[1]="@layer".concat(d[5].length>0?" ".concat(d[5]):""," {").concat(d[1],"}")),d[5]=a),t&&(d[2]&&(d[1]="@media ".concat(d[2]," {").concat(d[1],"}")),d[2]=t),n&&(d[4]?(d[1]="@supports (".concat(d[4],") {").concat(d[1],"}"),d[4]=n):d[4]="".concat(n)),e.push(d))}},e}},601(r){r.exports=function(r){return r[1]}},665(r,e,t){t.r(e);var o=t(72),n=t.n(o),a=t(825),i=t.n(a),p=t(659),c=t.n(p),l=t(56),d=t.n(l),s=t(540),u=t.n(s),f=t(113),m=t.n(f),h=t(646),x={};x.styleTagTransform=m(),x.setAttributes=d(),x.insert=c().bind(null,"head"),x.domAPI=i(),x.insertStyleElement=u(),n()(h.A,x);let v=h.A&&h.A.locals?h.A.locals:void 0;t.d(e,{},{default:v})},72(r){var e=[];function t(r){for(var t=-1,o=0;o<e.length;o++)if(e[o].identifier===r){t=o;break}return t}function o(r,o){for(var n={},a=[],i=0;i<r.length;i++){var p=r[i],c=o.base?p[0]+o.base:p[0],l=n[c]||0,d="".concat(c," ").concat(l);n[c]=l+1;var s=t(d),u={css:p[1],media:p[2],sourceMap:p[3],supports:p[4],layer:p[5]};if(-1!==s)e[s].references++,e[s].updater(u);else{var f=function(r,e){var t=e.domAPI(e);return t.update(r),function(e){e?(e.css!==r.css||e.media!==r.media||e.sourceMap!==r.sourceMap||e.supports!==r.supports||e.layer!==r.layer)&&t.update(r=e):t.remove()}}(u,o);o.byIndex=i,e.splice(i,0,{identifier:d,updater:f,references:1})}a.push(d)}return a}r.exports=function(r,n){var a=o(r=r||[],n=n||{});return function(r){r=r||[];for(var i=0;i<a.length;i++){var p=t(a[i]);e[p].references--}for(var c=o(r,n),l=0;l<a.length;l++){var d=t(a[l]);0===e[d].references&&(e[d].updater(),e.splice(d,1))}a=c}}},659(r){var e={};r.exports=function(r,t){var o=function(r){if(void 0===e[r]){var t=document.querySelector(r);if(window.HTMLIFrameElement&&t instanceof window.HTMLIFrameElement)try{t=t.contentDocument.head}catch(r){t=null}e[r]=t}return e[r]}(r);if(!o)throw Error("Couldn't find a style target. This probably means that the value for the 'insert' parameter is invalid.");o.appendChild(t)}},540(r){r.exports=function(r){var e=document.createElement("style");return r.setAttributes(e,r.attributes),r.insert(e,r.options),e}},56(r,e,t){r.exports=function(r){var e=t.nc;e&&r.setAttribute("nonce",e)}},825(r){r.exports=function(r){if("u"<typeof document)return{update:function(){},remove:function(){}};var e=r.insertStyleElement(r);return{update:function(t){var o,n,a;o="",t.supports&&(o+="@supports (".concat(t.supports,") {")),t.media&&(o+="@media ".concat(t.media," {")),(n=void 0!==t.layer)&&(o+="@layer".concat(t.layer.length>0?" ".concat(t.layer):""," {")),o+=t.css,n&&(o+="}"),t.media&&(o+="}"),t.supports&&(o+="}"),(a=t.sourceMap)&&"u">typeof btoa&&(o+="\n/*# sourceMappingURL=data:application/json;base64,".concat(btoa(unescape(encodeURIComponent(JSON.stringify(a))))," */")),r.styleTagTransform(o,e,r.options)},remove:function(){var r;null===(r=e).parentNode||r.parentNode.removeChild(r)}}}},113(r){r.exports=function(r,e){if(e.styleSheet)e.styleSheet.cssText=r;else{for(;e.firstChild;)e.removeChild(e.firstChild);e.appendChild(document.createTextNode(r))}}}}]);