/* What `dayi import` makes of a document. */
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { EXIT, dayi, temporary } = require('./dayi');

/* The entries of a folder that an import made, in the order of its files. */
function entriesOf(folder) {
	const made = path.join(folder, 'imported');
	return fs.readdirSync(made).filter((name) => name.endsWith('.json')).sort()
		.map((name) => JSON.parse(fs.readFileSync(path.join(made, name))));
}

/* Imports a document of these bytes, which must succeed: what is told, [question, answer] of each entry, and the title. */
function imported(t, name, bytes) {
	const folder = temporary(t);
	const file = path.join(folder, name);
	const out = path.join(folder, 'k');
	fs.writeFileSync(file, bytes);
	const run = dayi(['import', '--out', out, file]);
	assert.equal(run.code, EXIT.done, run.err);
	const entries = entriesOf(out);
	assert.equal(new Set(entries.map(({ id }) => id)).size, entries.length);
	return { err: run.err, entries: entries.map(({ question, answer }) => [question, answer]), title: (entries[0].source || {}).document };
}

module.exports = { entriesOf, imported };
