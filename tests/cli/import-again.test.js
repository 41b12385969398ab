/* A revised document is imported into the folder that its first version made. */
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { EXIT, dayi, temporary } = require('./dayi');

const FIRST = '阅览室问答\n1、怎么办卡？\n答：带身份证到服务台。\n2、办卡收费吗？\n答：不收费。\n3、可以借几本书？\n答：一次五本。\n4、打印多少钱一张？\n答：黑白每张0.1元。\n5、几点闭馆？\n答：晚上九点。\n';
const ADDED = '孩子可以办卡吗？\n答：可以，由家长带着户口本来办。\n';
/* The added question stands at 3, and what stood there and below moves by one. */
const INSERTED = FIRST.replace('5、', '6、').replace('4、', '5、').replace('3、', '4、').replace('4、可以', `3、${ADDED}4、可以`);

function office(t) {
	const folder = temporary(t);
	const out = path.join(folder, 'k');
	const read = () => fs.readdirSync(path.join(out, 'imported')).map((name) => JSON.parse(fs.readFileSync(path.join(out, 'imported', name))));
	return {
		out,
		run(text, { name = 'faq.txt', options = [] } = {}) {
			fs.writeFileSync(path.join(folder, name), text);
			return dayi(['import', '--out', out, ...options, path.join(folder, name)]);
		},
		entry: (id) => read().find((entry) => entry.id === id),
		ids: () => read().map((entry) => entry.id).sort(),
		places: () => Object.fromEntries(read().map((entry) => [entry.question, [entry.number, entry.source && entry.source.item]])),
		/* An editor's change of one entry. */
		edit(id, change) {
			const name = fs.readdirSync(path.join(out, 'imported')).find((one) => JSON.parse(fs.readFileSync(path.join(out, 'imported', one))).id === id);
			const file = path.join(out, 'imported', name);
			fs.writeFileSync(file, JSON.stringify(change(JSON.parse(fs.readFileSync(file))), null, 2));
		},
	};
}

test('numbers and items of the source follow the revised document, and what editors wrote stays', (t) => {
	const one = office(t);
	assert.equal(one.run(FIRST).code, EXIT.done);
	one.edit('item-04', (entry) => ({ ...entry, also: ['复印多少钱'], note: '价格由馆里定', patterns: ['打印.*钱'] }));
	const run = one.run(INSERTED);
	assert.equal(run.code, EXIT.done, run.err);
	assert.deepEqual(one.places(), {
		'怎么办卡？': [1, 1], '办卡收费吗？': [2, 2], '孩子可以办卡吗？': [3, 3], '可以借几本书？': [4, 4], '打印多少钱一张？': [5, 5], '几点闭馆？': [6, 6],
	});
	assert.match(run.out, /~ item-04 {2}打印多少钱一张？\n {6}number: 4 → 5\n/);
	assert.match(run.out, /6 entries; 3 changed, 1 added, 0 removed, 2 as they were/);
	const { also, note, patterns } = one.entry('item-04');
	assert.deepEqual([also, note, patterns], [['复印多少钱'], '价格由馆里定', ['打印.*钱']]);
	assert.equal(dayi(['check', one.out]).code, EXIT.done);
	assert.match(one.run(INSERTED).out, /0 changed, 0 added, 0 removed, 6 as they were/);
});

test('a file that repeats a question or two is no version of the document: all keep their places', (t) => {
	const one = office(t);
	one.run(FIRST);
	const run = one.run('1、在哪里停车？\n答：地下一层。\n2、几点闭馆？\n答：晚上九点。\n');
	assert.equal(run.code, EXIT.done, run.err);
	const { '在哪里停车？': added, ...places } = one.places();
	assert.deepEqual(places, { '怎么办卡？': [1, 1], '办卡收费吗？': [2, 2], '可以借几本书？': [3, 3], '打印多少钱一张？': [4, 4], '几点闭馆？': [5, 5] });
	assert.equal(added[0], undefined, 'the first place is taken');
});

test('what the document does not have any more keeps no number that another question has now', (t) => {
	const one = office(t);
	one.run(FIRST);
	const run = one.run(FIRST.replace('3、可以借几本书？\n答：一次五本。\n', '').replace('4、', '3、').replace('5、', '4、'));
	assert.equal(run.code, EXIT.done, run.err);
	assert.deepEqual(one.places(), {
		'怎么办卡？': [1, 1], '办卡收费吗？': [2, 2], '可以借几本书？': [undefined, undefined], '打印多少钱一张？': [3, 3], '几点闭馆？': [4, 4],
	});
	assert.match(run.out, /1 entry that the file does not have stays \(--replace removes it\):\n {4}item-03 {2}可以借几本书？/);
});

test('--replace takes away only entries of the document that is imported again', (t) => {
	const one = office(t);
	one.run(FIRST);
	const added = one.run('question,answer\n可以带水杯进去吗？,可以，带盖的杯子。\n有没有充电的地方？,窗边的座位有插座。\n', { name: 'more.csv' });
	assert.equal(added.code, EXIT.done, added.err);
	one.edit('item-05', (entry) => ({ ...entry, source: { document: '开馆公告', item: 5 } }));
	const before = one.ids();
	const shorter = FIRST.replace('2、办卡收费吗？\n答：不收费。\n', '').replace('3、', '2、').replace('4、', '3、').replace(/5、[^]*/, '');
	const dry = one.run(shorter, { options: ['--replace', '--dry-run'] });
	const csv = fs.existsSync(path.join(one.out, 'imported-2')) ? 0 : 2;
	assert.match(dry.out, /^ {2}- item-02 {2}办卡收费吗？$/m);
	assert.match(dry.out, /^ {2}3 entries of other documents or sources are left alone$/m);
	assert.deepEqual(one.ids(), before);
	assert.match(one.run(shorter, { options: ['--replace'] }).out, / 1 removed/);
	assert.equal(one.ids().length, 4 + csv);
	assert.deepEqual(one.ids(), before.filter((id) => id !== 'item-02'));
});

test('both texts of what changes are shown, from where they part', (t) => {
	const one = office(t);
	one.run(FIRST);
	one.edit('item-04', (entry) => ({ ...entry, answer: '黑白每张0.2元。' }));
	for (const options of [['--dry-run'], []])
		assert.match(one.run(FIRST, { options }).out, /^ {2}~ item-04 {2}打印多少钱一张？\n {6}answer: “黑白每张0.2元。” → “黑白每张0.1元。”$/m);
	assert.equal(one.entry('item-04').answer, '黑白每张0.1元。');
});

test('a question in other words with the same answer is the same entry, and told', (t) => {
	const one = office(t);
	one.run(FIRST);
	one.edit('item-03', (entry) => ({ ...entry, also: ['借书上限'] }));
	const run = one.run(INSERTED.replace('可以借几本书？', '一次最多能借多少册？'));
	assert.match(run.err, /faq\.txt:8: warning: question: looks reworded: “可以借几本书？” → “一次最多能借多少册？”, taken for the same entry \(item-03\)/);
	assert.deepEqual([one.entry('item-03').question, one.entry('item-03').number, one.entry('item-03').also], ['一次最多能借多少册？', 4, ['借书上限']]);
	assert.equal(one.ids().length, 6);
});

test('a question at the same number is the same entry only where the words are alike', (t) => {
	const one = office(t);
	one.run(FIRST);
	const run = one.run(FIRST.replace('5、几点闭馆？\n答：晚上九点。', '5、周末几点闭馆？\n答：下午五点。').replace('2、办卡收费吗？\n答：不收费。', '2、哪里有停车场？\n答：楼后面。'));
	assert.match(run.err, /looks reworded: “几点闭馆？” → “周末几点闭馆？”/);
	assert.equal(one.entry('item-05').answer, '下午五点。');
	assert.equal(one.entry('item-02').question, '办卡收费吗？');
	assert.equal(one.entry('item-02').number, undefined);
	assert.equal(one.entry('item-02-2').number, 2);
});

test('a dry run of a table shows the numbers of its column', (t) => {
	const dry = office(t).run('编号,问题,答案\n12,怎么办卡？,到服务台。\n15,几点闭馆？,九点。\n', { name: 'faq.csv', options: ['--dry-run'] });
	assert.match(dry.out, /^ {2}12 {2}怎么办卡？ → 到服务台。\n {2}15 {2}几点闭馆？ → 九点。$/m);
});

test('what a later version of a document does not say is not taken away: an answer, cases that an editor wrote', (t) => {
	const one = office(t);
	const cases = [{ id: 'child', label: '孩子', situation: '孩子', advice: '一次三本。' }, { id: 'adult', label: '大人', situation: '大人', advice: '一次五本。' }];
	one.run(FIRST);
	one.edit('item-03', (entry) => ({ ...entry, cases }));
	const run = one.run(FIRST.replace('答：晚上九点。\n', '').replace('0.1元', '0.2元'));
	assert.equal(run.code, EXIT.done, run.err);
	assert.match(run.out, /5 entries; 1 changed, 0 added, 0 removed, 4 as they were/);
	assert.equal(one.entry('item-05').answer, '晚上九点。');
	assert.deepEqual(one.entry('item-03').cases.map(({ id, advice }) => [id, advice]), [['child', '一次三本。'], ['adult', '一次五本。']]);
});

for (const [kind, name, table] of [
	['a table', 'faq.csv', (rows) => `\ufeff序号,标准问题,相似问题,反例,标准答案\r\n${rows.map((row, i) => [i + 1, ...row].join(',')).join('\r\n')}\r\n`],
	['JSON', 'faq.json', (rows) => JSON.stringify(rows.map(([q, indexes, not, a]) => ({ q, a, indexes: indexes.split(';').filter(Boolean), 反例: not ? [not] : [] })))],
])
	test(`alternates that an editor added stay when ${kind} of another system comes again, and its own are added`, (t) => {
		const one = office(t);
		const first = [['怎么办卡？', '办卡手续', '', '带身份证。'], ['几点闭馆？', '', '几点开馆', '九点。']];
		one.run(table(first), { name });
		const [card, closing] = ['怎么办卡？', '几点闭馆？'].map((question) => one.ids().find((id) => one.entry(id).question === question));
		one.edit(card, (entry) => ({ ...entry, also: [...entry.also, '借书证在哪办'], note: '前台也能办' }));
		one.edit(closing, (entry) => ({ ...entry, also: ['晚上开到几点'] }));
		const again = one.run(table(first), { name });
		assert.match(again.out, /2 entries; 0 changed, 0 added, 0 removed, 2 as they were/);
		const run = one.run(table([['怎么办卡？', '办卡手续;办证要什么', '', '带身份证。'], ['几点闭馆？', '', '', '十点。']]), { name });
		assert.equal(run.code, EXIT.done, run.err);
		assert.match(run.out, /alternates: \+ “办证要什么”\n/);
		assert.deepEqual(one.entry(card).also, ['办卡手续', '借书证在哪办', '办证要什么']);
		assert.equal(one.entry(card).note, '前台也能办');
		const { also, not, answer } = one.entry(closing);
		assert.deepEqual([also, not, answer], [['晚上开到几点'], ['几点开馆'], '十点。']);
	});

test('alternates that a changed export of our own drops are dropped, and shown', (t) => {
	const one = office(t);
	one.run(FIRST);
	one.edit('item-04', (entry) => ({ ...entry, also: ['复印多少钱', '打印价格'] }));
	const file = path.join(temporary(t), 'own.csv');
	assert.equal(dayi(['export', '--format', 'csv', '--out', file, one.out]).code, EXIT.done);
	const run = one.run(fs.readFileSync(file, 'utf8').replace('\n打印价格', ''), { name: 'own.csv' });
	assert.equal(run.code, EXIT.done, run.err);
	assert.match(run.out, /alternates: - “打印价格”\n/);
	assert.deepEqual(one.entry('item-04').also, ['复印多少钱']);
});
