"use strict";(self.rspackChunkcrossroads_pen=self.rspackChunkcrossroads_pen||[]).push([[266],{646(e,r,t){var n=t(601),o=t.n(n),a=t(314),i=(t.n(a))()(o());i.push([e.id,`/* The pen. Colours follow the front end's theme; --jp-* are JupyterLab's. */

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

.cr-meaning button {
  padding: 0;
  color: var(--jp-content-link-color);
  font: inherit;
  text-decoration: underline;
  background: none;
  border: 0;
  cursor: pointer;
}
`,""]),t.d(r,{},{A:i})},314(e){e.exports=function(e){var r=[];return r.toString=function(){return this.map(function(r){var t="",n=void 0!==r[5];return r[4]&&(t+="@supports (".concat(r[4],") {")),r[2]&&(t+="@media ".concat(r[2]," {")),n&&(t+="@layer".concat(r[5].length>0?" ".concat(r[5]):""," {")),t+=e(r),n&&(t+="}"),r[2]&&(t+="}"),r[4]&&(t+="}"),t}).join("")},r.i=function(e,t,n,o,a){"string"==typeof e&&(e=[[null,e,void 0]]);var i={};if(n)for(var p=0;p<this.length;p++){var c=this[p][0];null!=c&&(i[c]=!0)}for(var l=0;l<e.length;l++){var d=[].concat(e[l]);n&&i[d[0]]||(void 0!==a&&(void 0===d[5]||(d[1]="@layer".concat(d[5].length>0?" ".concat(d[5]):""," {").concat(d[1],"}")),d[5]=a),t&&(d[2]&&(d[1]="@media ".concat(d[2]," {").concat(d[1],"}")),d[2]=t),o&&(d[4]?(d[1]="@supports (".concat(d[4],") {").concat(d[1],"}"),d[4]=o):d[4]="".concat(o)),r.push(d))}},r}},601(e){e.exports=function(e){return e[1]}},665(e,r,t){t.r(r);var n=t(72),o=t.n(n),a=t(825),i=t.n(a),p=t(659),c=t.n(p),l=t(56),d=t.n(l),s=t(540),u=t.n(s),f=t(113),m=t.n(f),h=t(646),b={};b.styleTagTransform=m(),b.setAttributes=d(),b.insert=c().bind(null,"head"),b.domAPI=i(),b.insertStyleElement=u(),o()(h.A,b);let v=h.A&&h.A.locals?h.A.locals:void 0;t.d(r,{},{default:v})},72(e){var r=[];function t(e){for(var t=-1,n=0;n<r.length;n++)if(r[n].identifier===e){t=n;break}return t}function n(e,n){for(var o={},a=[],i=0;i<e.length;i++){var p=e[i],c=n.base?p[0]+n.base:p[0],l=o[c]||0,d="".concat(c," ").concat(l);o[c]=l+1;var s=t(d),u={css:p[1],media:p[2],sourceMap:p[3],supports:p[4],layer:p[5]};if(-1!==s)r[s].references++,r[s].updater(u);else{var f=function(e,r){var t=r.domAPI(r);return t.update(e),function(r){r?(r.css!==e.css||r.media!==e.media||r.sourceMap!==e.sourceMap||r.supports!==e.supports||r.layer!==e.layer)&&t.update(e=r):t.remove()}}(u,n);n.byIndex=i,r.splice(i,0,{identifier:d,updater:f,references:1})}a.push(d)}return a}e.exports=function(e,o){var a=n(e=e||[],o=o||{});return function(e){e=e||[];for(var i=0;i<a.length;i++){var p=t(a[i]);r[p].references--}for(var c=n(e,o),l=0;l<a.length;l++){var d=t(a[l]);0===r[d].references&&(r[d].updater(),r.splice(d,1))}a=c}}},659(e){var r={};e.exports=function(e,t){var n=function(e){if(void 0===r[e]){var t=document.querySelector(e);if(window.HTMLIFrameElement&&t instanceof window.HTMLIFrameElement)try{t=t.contentDocument.head}catch(e){t=null}r[e]=t}return r[e]}(e);if(!n)throw Error("Couldn't find a style target. This probably means that the value for the 'insert' parameter is invalid.");n.appendChild(t)}},540(e){e.exports=function(e){var r=document.createElement("style");return e.setAttributes(r,e.attributes),e.insert(r,e.options),r}},56(e,r,t){e.exports=function(e){var r=t.nc;r&&e.setAttribute("nonce",r)}},825(e){e.exports=function(e){if("u"<typeof document)return{update:function(){},remove:function(){}};var r=e.insertStyleElement(e);return{update:function(t){var n,o,a;n="",t.supports&&(n+="@supports (".concat(t.supports,") {")),t.media&&(n+="@media ".concat(t.media," {")),(o=void 0!==t.layer)&&(n+="@layer".concat(t.layer.length>0?" ".concat(t.layer):""," {")),n+=t.css,o&&(n+="}"),t.media&&(n+="}"),t.supports&&(n+="}"),(a=t.sourceMap)&&"u">typeof btoa&&(n+="\n/*# sourceMappingURL=data:application/json;base64,".concat(btoa(unescape(encodeURIComponent(JSON.stringify(a))))," */")),e.styleTagTransform(n,r,e.options)},remove:function(){var e;null===(e=r).parentNode||e.parentNode.removeChild(e)}}}},113(e){e.exports=function(e,r){if(r.styleSheet)r.styleSheet.cssText=e;else{for(;r.firstChild;)r.removeChild(r.firstChild);r.appendChild(document.createTextNode(e))}}}}]);