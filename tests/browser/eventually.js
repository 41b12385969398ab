/*
 * Waiting for what a page is to show. A page answers an action when it has drawn itself anew, and a
 * server when it has the time: nothing is asserted right after an action.
 */
'use strict';

const assert = require('node:assert');
const { isDeepStrictEqual } = require('node:util');
const { until } = require('../integration/harness.js');

/* Until read() gives the expected value, or a text that a RegExp matches, or what a function calls right. */
async function eventually(read, expected, what = '') {
	const isRight = typeof expected === 'function' ? expected
		: expected instanceof RegExp ? (seen) => expected.test(seen)
			: (seen) => isDeepStrictEqual(seen, expected);
	let seen;
	try {
		await until(async () => {
			seen = await read();
			return isRight(seen);
		}, what);
	} catch {
		if (expected instanceof RegExp)
			assert.match(seen, expected, what);
		else if (typeof expected === 'function')
			assert.fail(`${what}: ${JSON.stringify(seen)}`);
		else
			assert.deepStrictEqual(seen, expected, what);
	}
}

/* Until what the selector names has the keys; on a failure it is told what has them. */
function focusOn(page, selector) {
	return page.locator(`${selector}:focus`).waitFor().catch(async (error) => {
		const has = await page.evaluate(() => document.activeElement.outerHTML.slice(0, 200)).catch(() => 'nothing');
		throw new Error(`${selector} has no focus, but ${has}`, { cause: error });
	});
}

/* Until the page has drawn what was done to it: before it is asserted that nothing came of it. */
const drawn = (page) => page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); }));

module.exports = { drawn, eventually, focusOn };
