/*
 * Documents as offices keep them (fixtures/exchange/offices): each entry must come out to the letter,
 * and what belongs to none must be told, so that no text of a document is lost in silence.
 */
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { EXIT, ROOT, dayi, temporary } = require('./dayi');
const { entriesOf } = require('./imported');

const OFFICES = path.join(ROOT, 'tests/fixtures/exchange/offices');
const TOLD_CHARACTERS = 10; /* of a text: a message shows its first words */

const lines = (text) => (text || '').split('\n').map((line) => line.trim()).filter(Boolean).join('\n');
const bare = (text) => text.replace(/\s/g, '');

for (const name of fs.readdirSync(OFFICES).filter((file) => !/\.(json|md)$/.test(file) || file === 'library.md')) {
	test(`${name} comes out to the letter, and what belongs to no entry is told`, (t) => {
		const file = path.join(OFFICES, name);
		const out = path.join(temporary(t), 'k');
		const wanted = JSON.parse(fs.readFileSync(`${file}.json`));
		const look = dayi(['import', '--dry-run', '--out', `${out}-dry`, file]);
		const run = dayi(['import', '--out', out, file]);

		assert.equal(run.code, EXIT.done, run.err);
		const entries = entriesOf(out);
		assert.deepEqual(entries.map((entry) => [lines(entry.question), lines(entry.answer)]),
			wanted.entries.map(({ question, answer }) => [lines(question), lines(answer)]));
		const seen = bare(look.out + look.err + JSON.stringify(entries) + fs.readFileSync(path.join(out, 'office.json')));
		for (const text of wanted.told)
			assert.ok(seen.includes(bare(text).slice(0, TOLD_CHARACTERS)), `lost in silence: ${text}`);
		assert.deepEqual(JSON.parse(fs.readFileSync(path.join(out, 'office.json'))).contacts.map(({ value }) => value), wanted.contacts);
	});
}
