/* `dayi diff`: what a change of a folder does to replies. */
'use strict';

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { EXIT, ROOT, dayi, temporary } = require('./dayi.js');

const SMALL = path.join(ROOT, 'tests/fixtures/knowledge-small');

/* A copy of the small folder, one of its entries changed. */
function changed(t, file, change) {
	const folder = path.join(temporary(t), 'knowledge');
	fs.cpSync(SMALL, folder, { recursive: true });
	const name = path.join(folder, file);
	const value = JSON.parse(fs.readFileSync(name, 'utf8'));
	change(value);
	fs.writeFileSync(name, JSON.stringify(value));
	return folder;
}

function withGolden(t, golden) {
	const folder = path.join(temporary(t), 'knowledge');
	fs.cpSync(SMALL, folder, { recursive: true });
	fs.writeFileSync(path.join(folder, 'golden.json'), JSON.stringify({ golden }));
	return folder;
}

const changes = (...args) => {
	const { code, out, err } = dayi(['diff', '--json', ...args]);
	return { code, err, list: out.split('\n').filter(Boolean).map((line) => JSON.parse(line)) };
};

test('a_folder_beside_itself_changes_nothing', () => {
	const { code, out } = dayi(['diff', SMALL, SMALL]);
	assert.strictEqual(code, EXIT.done);
	assert.match(out, /^0 of \d+ questions end otherwise\n$/);
});

test('other_words_of_an_answer_are_told_as_words', (t) => {
	const folder = changed(t, 'anguan/02-unfinished.json', (entry) => { entry.answer = '办结后才能申请其它事项。'; });
	const { code, list } = changes(SMALL, folder);
	assert.strictEqual(code, EXIT.done);
	assert.ok(list.length > 0);
	assert.deepStrictEqual([...new Set(list.map((one) => one.kind))], ['words']);
	assert.ok(list.every((one) => one.before.answers[0].entry === 'unfinished'));
});

test('an_alternate_that_is_taken_away_is_named_as_the_cause', (t) => {
	const folder = changed(t, 'anguan/02-unfinished.json', (entry) => { entry.also = []; });
	const lost = changes(SMALL, folder).list.find((one) => one.question === '上一个还没办完能再报吗');
	assert.strictEqual(lost.kind, 'lost');
	assert.deepStrictEqual([lost.before.answers[0].spoke, lost.before.answers[0].only_here], ['上一个还没办完能再报吗', true]);
	assert.deepStrictEqual(lost.after.answers, []);
	const { list } = changes(folder, SMALL);
	assert.strictEqual(list.find((one) => one.question === '上一个还没办完能再报吗').kind, 'gained');
});

test('what_is_asked_often_comes_first', (t) => {
	const folder = changed(t, 'anguan/02-unfinished.json', (entry) => { entry.answer = '办结后才能申请其它事项。'; });
	const file = path.join(temporary(t), 'questions.jsonl');
	fs.writeFileSync(file, '{"q":"有未办结的事项","asked":7}\n\n{"query":"上一个还没办完能再报吗"}\n{"q":"有未办结的事项","asked":2}\n');
	const { list } = changes('--questions', file, SMALL, folder);
	assert.deepStrictEqual([list[0].question, list[0].asked], ['有未办结的事项', 9]);
	assert.match(dayi(['diff', '-q', file, '--most', '1', SMALL, folder]).out, /asked 10 times\)\n9× {2}有未办结的事项 {2}the same entry in other words\n[^]*… \(more/);
});

test('a_lost_golden_question_fails_also_where_it_was_taken_out', (t) => {
	const golden = [{ q: '上一个还没办完能再报吗', entry: 'unfinished' }];
	const before = withGolden(t, golden);
	const after = changed(t, 'anguan/02-unfinished.json', (entry) => { entry.also = []; });
	const gone = changes(before, after);
	assert.strictEqual(gone.code, EXIT.faults);
	assert.match(gone.err, /1 golden questions that NEW no longer has end otherwise/);
	assert.strictEqual(gone.list.find((one) => one.golden).question, golden[0].q);

	fs.writeFileSync(path.join(after, 'golden.json'), JSON.stringify({ golden }));
	const kept = changes(before, after);
	assert.strictEqual(kept.code, EXIT.faults);
	assert.match(kept.err, /golden\[0\]\.q: .*lost its answer unfinished/);
});

test('what_is_no_question_is_refused_with_its_line', (t) => {
	const file = path.join(temporary(t), 'questions.jsonl');
	fs.writeFileSync(file, '{"q":"有未办结的事项"}\n{"text":"x"}\n');
	const { code, err } = dayi(['diff', '-q', file, SMALL, SMALL]);
	assert.strictEqual(code, EXIT.faults);
	assert.match(err, /line 2 of .*questions\.jsonl is no question/);
	assert.strictEqual(dayi(['diff', SMALL]).code, EXIT.usage);
	assert.strictEqual(dayi(['diff', SMALL, SMALL, SMALL]).code, EXIT.usage);
	const missing = dayi(['diff', '--journal', path.join(temporary(t), 'none.db'), SMALL, SMALL]);
	assert.strictEqual(missing.code, EXIT.faults);
	assert.match(missing.err, /there is no journal/);
});

test('a_rule_that_changed_is_tried_on_records_and_a_lost_verdict_fails', (t) => {
	const shipped = path.join(ROOT, 'knowledge');
	const folder = path.join(temporary(t), 'knowledge');
	fs.cpSync(shipped, folder, { recursive: true });
	const name = path.join(folder, 'anguan/02-unfinished-application.json');
	const before = fs.readFileSync(name, 'utf8');
	assert.ok(before.includes("'在办'"));
	fs.writeFileSync(name, before.replace("'在办'", "'退回'"));
	// Of somebody whose only application was sent back. The first WHEN now says NULL of it: what is in progress and closed contradicts itself.
	const facts = { application: [{ number: '2026010101', matter: '首次考核', status: '退回', submitted_on: '2026-01-01', closed_on: '2026-01-09' }] };
	const file = path.join(temporary(t), 'records.jsonl');
	fs.writeFileSync(file, `${JSON.stringify({ today: '2026-11-25', facts })}\n`);
	const { code, err, list } = changes('--records', file, shipped, folder);
	const verdicts = list.filter(({ kind }) => kind === 'verdict');
	const own = verdicts.find((one) => one.from === 'sample' && JSON.stringify(one.facts) === JSON.stringify(facts));
	assert.deepStrictEqual([own.entry, own.today, own.cases], ['unfinished-application', '2026-11-25', [{ case: '1', before: 'excluded', after: 'unknown' }]]);
	assert.ok(verdicts.some((one) => one.from === 'atlas'));
	assert.ok(verdicts.every((one) => one.entry === 'unfinished-application'), 'rules that stay are not judged');
	assert.strictEqual(code, EXIT.faults);
	assert.match(err, /lost its verdict/);

	fs.writeFileSync(file, '{"facts":[]}\n');
	const wrong = dayi(['diff', '--records', file, shipped, folder]);
	assert.strictEqual(wrong.code, EXIT.faults);
	assert.match(wrong.err, /line 1 of .*records\.jsonl is no record/);
});
