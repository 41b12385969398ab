/*
 * A scripted hand-over of 40 events, cut while an act is under way: the line of the applicant, those of an operator's
 * page, or the server itself. The long form, at every act, is in tests/soak/handover.js.
 */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const { startConsole } = require('./operator.js');
const { ACTS, actAt, cutAt, killAt, runScript, startPages } = require('./handover-sides.js');

const EVERY = 4;

test('nothing is lost or doubled when the line of either side is cut', async (t) => {
	const server = await startConsole();
	t.after(() => server.stop());
	const pages = await startPages(() => server, t);
	for (let cut = 0; cut < ACTS; cut += EVERY)
		for (const side of ['applicant', 'operator'])
			await t.test(`${side} at act ${cut} (${actAt(cut).kind})`, async () => {
				const got = await runScript(() => server, pages, (at, applicant) => cutAt(pages, side, cut, at, applicant));
				assert.ok(got.li > 20, `li has ${got.li} events`);
			});
});

test('nothing is lost or doubled when the server is killed and started again', async (t) => {
	const server = await startConsole();
	t.after(() => server.stop());
	const pages = await startPages(() => server, t);
	for (const cut of [5, 24])
		await t.test(`at act ${cut} (${actAt(cut).kind})`, () => runScript(() => server, pages, (at) => killAt(server, cut, at)));
});
