/*
 * The JSON Schemas of knowledge/schema/, which an editor completes and explains by: they must fit
 * the knowledge that is there, what `dayi import` writes, and refuse what the program refuses.
 */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const Ajv2020 = require('ajv/dist/2020');

const ROOT = path.resolve(__dirname, '../..');
const KNOWLEDGE = path.join(ROOT, 'knowledge');
const FIXTURES = path.join(ROOT, 'tests/fixtures');
const SHARED = ['golden', 'lexicon', 'office', 'referrals', 'relations', 'smalltalk'];
const OWN_RELATIONS = ['said', 'typed', 'client'];

const read = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));
const lines = (file) => fs.readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line));

/*
 * Schema name → what is wrong with a value by it, as [{ instancePath, keyword }, …]. A text that
 * stands twice in a list is a hint for the editor only: the program does not mind.
 */
function loadSchemas(folder) {
	const ajv = new Ajv2020({ allErrors: true, strictTypes: false, ownProperties: true,
		formats: { date: true } });
	return Object.fromEntries([...SHARED, 'entry', 'records', 'accepted'].map((name) => {
		const validate = ajv.compile(read(path.join(folder, `${name}.schema.json`)));
		return [name, (value) => (validate(value) ? []
			: validate.errors.filter((fault) => fault.keyword !== 'uniqueItems'))];
	}));
}

function schemaOf(file) {
	const name = path.basename(file, '.json');
	return SHARED.includes(name) ? name : 'entry';
}

/* Every JSON file of a knowledge folder but its schemas. */
function dataFiles(folder) {
	return fs.readdirSync(folder, { recursive: true })
		.filter((name) => name.endsWith('.json') && !name.startsWith('schema'))
		.map((name) => path.join(folder, name));
}

const schemas = loadSchemas(path.join(KNOWLEDGE, 'schema'));

test('the schemas fit the knowledge, and each file names its own', () => {
	const files = dataFiles(KNOWLEDGE);
	assert.equal(files.length, 13 + SHARED.length);
	for (const file of files) {
		const value = read(file);
		assert.deepEqual(schemas[schemaOf(file)](value), [], file);
		assert.equal(path.resolve(path.dirname(file), value.$schema),
			path.join(KNOWLEDGE, 'schema', `${schemaOf(file)}.schema.json`), file);
	}
});

test('the schemas fit the sound fixtures', () => {
	for (const folder of ['knowledge-small', 'knowledge-own-relations', 'library'])
		for (const file of dataFiles(path.join(FIXTURES, folder)))
			assert.deepEqual(schemas[schemaOf(file)](read(file)), [], file);
});

test('the sample records fit their schema, which knows the same relations as the knowledge', () => {
	const records = lines(path.join(KNOWLEDGE, 'records.jsonl'));
	for (const record of records)
		assert.deepEqual(schemas.records(record), [], record.note);
	const relations = Object.keys(read(path.join(KNOWLEDGE, 'relations.json')).relations);
	const schema = read(path.join(KNOWLEDGE, 'schema/records.schema.json'));
	assert.deepEqual(Object.keys(schema.properties.facts.properties), [...relations, ...OWN_RELATIONS]);
});

test('what was accepted of the atlas fits its schema', () => {
	for (const one of lines(path.join(KNOWLEDGE, 'accepted.jsonl')))
		assert.deepEqual(schemas.accepted(one), [], one.why);
	const broken = lines(path.join(FIXTURES, 'knowledge-broken/accepted-unknown-finding/accepted.jsonl')).at(-1);
	assert.deepEqual(schemas.accepted(broken).map((fault) => fault.instancePath), ['/finding']);
});

/* The last line of each has the fault. */
const BROKEN_RECORDS = [
	['record-expects-nothing', '/expect', 'minProperties'],
	['record-unknown-member', '', 'additionalProperties'],
	['record-with-unknown-verdict', '/expect/1', 'enum'],
];

test('the schema of sample records refuses what the program refuses', () => {
	for (const [name, where, keyword] of BROKEN_RECORDS) {
		const record = lines(path.join(FIXTURES, 'knowledge-broken', name, 'records.jsonl')).at(-1);
		const faults = schemas.records(record).map((fault) => `${fault.instancePath} ${fault.keyword}`);
		assert.deepEqual(faults, [`${where} ${keyword}`], name);
	}
});

/* What and where, written down from the fixtures of tests/fixtures/knowledge-broken. */
const DEFECTS = [
	['bad-number/faq/01.json', '/number', 'type'],
	['class-of-patterns/lexicon.json', '/classes/延续/1', 'pattern'],
	['class-with-odd-name/lexicon.json', '/classes', 'propertyNames'],
	['class-without-words/lexicon.json', '/classes/快到期', 'minItems'],
	['confusable-of-two/lexicon.json', '/confusables/0/right', 'maxLength'],
	['contact-url-runs-code/office.json', '/contacts/1/value', 'pattern'],
	['contact-url-without-scheme/office.json', '/contacts/0/value', 'pattern'],
	['diagnosis-beside-cases/faq/01.json', '/cases', 'maxItems'],
	['golden-case-without-entry/golden.json', '/golden/1', 'dependentRequired'],
	['golden-entry-and-outcome/golden.json', '/golden/1', 'oneOf'],
	['golden-unknown-outcome/golden.json', '/golden/1/outcome', 'enum'],
	['long-alternate/faq/01.json', '/also/1', 'maxLength'],
	['long-answer/faq/01.json', '/answer', 'maxLength'],
	['long-question/faq/01.json', '/question', 'maxLength'],
	['missing-id/faq/01.json', '', 'required'],
	['missing-word/lexicon.json', '/english/0', 'required'],
	['no-question-no-answer/faq/01.json', '', 'anyOf'],
	['not-an-object/faq/01.json', '', 'type'],
	['question-with-one-option/faq/01.json', '/ask/0/options', 'minItems'],
	['since-no-years/faq/01.json', '/ask/0/options/1/since/0/years', 'minimum'],
	['question-without-rules/faq/01.json', '/cases', 'contains'],
	['referral-without-reply/referrals.json', '/referrals/0', 'required'],
	['rule-of-the-old-form/faq/01.json', '/cases/1', 'additionalProperties'],
	['rule-without-pick/faq/01.json', '/cases/1', 'dependentRequired'],
	['source-without-document/faq/01.json', '/source', 'required'],
	['step-without-who/faq/01.json', '/cases/0/todo/0', 'required'],
	['too-many-patterns/faq/01.json', '/patterns', 'maxItems'],
	['unknown-contact-kind/office.json', '/contacts/0/kind', 'enum'],
	['unknown-member/faq/01.json', '', 'additionalProperties'],
	['unknown-sentence/office.json', '/texts', 'additionalProperties'],
	['unknown-talk-outcome/smalltalk.json', '/smalltalk/0/outcome', 'enum'],
	['wrong-type-in-case/faq/01.json', '/cases/1/advice', 'type'],
	['wrong-type/faq/01.json', '/also', 'type'],
];

test('the schemas refuse what the program refuses, in the same place', () => {
	for (const [name, where, keyword] of DEFECTS) {
		const file = path.join(FIXTURES, 'knowledge-broken', name);
		const faults = schemas[schemaOf(file)](read(file));
		assert.ok(faults.some((fault) => fault.instancePath === where && fault.keyword === keyword),
			`${name}: ${JSON.stringify(faults)}`);
	}
});

const relationOf = (column) => ({ relations: { loan: { label: '借阅', columns: { state: column } } } });

/* What and where; tests/unit/engine/facts/test_relations.c has the same from the program. */
const BROKEN_RELATIONS = [
	[{}, '', 'required'],
	[{ relations: { said: { label: '甲', columns: { a: { label: '乙' } } } } }, '/relations', 'propertyNames'],
	[{ relations: { 借阅: { label: '甲', columns: { a: { label: '乙' } } } } }, '/relations', 'propertyNames'],
	[{ relations: { loan: { label: '甲', columns: { applicant_id: { label: '乙' } } } } }, '/relations/loan/columns', 'propertyNames'],
	[{ relations: { loan: { label: '甲', columns: {} } } }, '/relations/loan/columns', 'minProperties'],
	[{ relations: { loan: { label: ' ', columns: { a: { label: '乙' } } } } }, '/relations/loan/label', 'pattern'],
	[relationOf({ label: '状态', type: 'integer' }), '/relations/loan/columns/state/type', 'enum'],
	[relationOf({ label: '状态', word: {} }), '/relations/loan/columns/state', 'additionalProperties'],
	[relationOf({ label: '状态', words: {} }), '/relations/loan/columns/state/words', 'minProperties'],
	[relationOf({ label: '状态', words: { 在借: '借' } }), '/relations/loan/columns/state/words/在借', 'type'],
	[relationOf({ label: '状态', type: 'date', words: { 甲: [] } }), '/relations/loan/columns/state/words', 'false schema'],
	[relationOf({ label: '状态', type: 'flag', words: { 有: [] } }), '/relations/loan/columns/state/words', 'propertyNames'],
	[relationOf({ label: '状态', empty: true, words: { 甲: [] } }), '/relations/loan/columns/state/words', 'false schema'],
];

test('the schema of relations refuses what the program refuses, in the same place', () => {
	for (const [value, where, keyword] of BROKEN_RELATIONS) {
		const faults = schemas.relations(value);
		assert.ok(faults.some((fault) => fault.instancePath === where && fault.keyword === keyword),
			`${JSON.stringify(value)}: ${JSON.stringify(faults)}`);
	}
});

test('an imported folder fits its own schemas but for the contacts that the office has to write', (t) => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dayi-schema-'));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	const run = spawnSync(process.env.DAYI_BIN, ['import', '--format', 'text', '--out', path.join(folder, 'k'),
		path.join(FIXTURES, 'exchange/small.txt')], { encoding: 'utf8' });
	assert.equal(run.status, 0, run.stderr);
	const own = loadSchemas(path.join(folder, 'k/schema'));
	const files = dataFiles(path.join(folder, 'k'));
	assert.equal(files.length, 6 + 1);
	for (const file of files) {
		const faults = own[schemaOf(file)](read(file)).map((fault) => `${fault.instancePath} ${fault.keyword}`);
		assert.deepEqual(faults, schemaOf(file) === 'office' ? ['/contacts minItems'] : [], file);
	}
});
