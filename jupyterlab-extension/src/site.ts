// What the site's pages share with the lessons in JupyterLab, as one script: build.mjs makes
// website/static/page.js of it.

import { isBlank, readNumber } from './reading.js';
import { attendTerms } from './terms.js';

Object.assign(globalThis, { crossroadsPage: { isBlank, readNumber } });
attendTerms(document);
