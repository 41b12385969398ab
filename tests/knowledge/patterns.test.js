/*
 * What an editor can still read: the ceilings of the shipped folder's patterns and word classes.
 */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');

const KNOWLEDGE = path.resolve(__dirname, '../../knowledge');
const LONGEST = 120;
const ALL_PATTERNS = 8000;
const ALL_CLASSES = 4000;

const length = (text) => [...text].length;
const sum = (texts) => texts.reduce((total, text) => total + length(text), 0);

const files = fs.readdirSync(KNOWLEDGE, { recursive: true })
	.filter((name) => /\.jsonl?$/.test(name) && !name.startsWith('schema'));

const valuesOf = (name) => {
	const text = fs.readFileSync(path.join(KNOWLEDGE, name), 'utf8');
	return name.endsWith('.jsonl') ? text.trim().split('\n').map((line) => JSON.parse(line)) : [JSON.parse(text)];
};

/* Every text that PCRE2 compiles: what stands in a list of one of these names. */
const PATTERNS = ['patterns', 'unless', 'denials'];
function patternsIn(value) {
	if (value === null || typeof value !== 'object')
		return [];
	return Object.entries(value).flatMap(([name, part]) =>
		(PATTERNS.includes(name) && Array.isArray(part) ? part.map((pattern) => pattern.pattern ?? pattern) : patternsIn(part)));
}

const patterns = files.flatMap(valuesOf).flatMap(patternsIn);
const { classes } = valuesOf('lexicon.json')[0];

test('no pattern is too long to read, and all of them together are no book', () => {
	assert.ok(patterns.length > 20, `${patterns.length} patterns: are they looked for where they stand?`);
	for (const pattern of patterns)
		assert.ok(length(pattern) <= LONGEST, pattern);
	assert.ok(sum(patterns) <= ALL_PATTERNS, `${sum(patterns)} characters`);
});

test('the word classes together have 4,000 characters at most', () => {
	assert.ok(sum(Object.values(classes).flat()) <= ALL_CLASSES);
});

test('every word class is used, and none names a word twice', () => {
	for (const [name, words] of Object.entries(classes)) {
		assert.ok(files.some((file) => JSON.stringify(valuesOf(file)).includes(`<${name}>`)), name);
		assert.equal(new Set(words).size, words.length, name);
	}
});
