'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { EXIT, ROOT, dayi, temporary } = require('./dayi');

const SMALL = path.join(ROOT, 'tests/fixtures/knowledge-small');

function lines(text) {
	return text.trim().split('\n').map((line) => JSON.parse(line));
}

test('a question is answered as text, or as the reply object', () => {
	const text = dayi(['ask', '--knowledge', SMALL, '证书过期还可以延续吗']);
	assert.equal(text.code, EXIT.done);
	assert.match(text.out, /不可以，证书过期信息就不存在，无法进行延续。/);
	const [reply] = lines(dayi(['ask', '--json', '--knowledge', SMALL, '证书过期还可以延续吗']).out);
	assert.equal(reply.outcome, 'answer');
	assert.equal(reply.answers[0].number, 11);
	assert.equal(reply.next, null);
});

test('a batch answers in order, each line a conversation of its own', () => {
	const questions = ['延续', '第二个', '证书过期还可以延续吗'];
	const input = questions.map((q) => JSON.stringify({ q })).join('\n');
	const run = dayi(['ask', '--batch', '--top', '2', '--knowledge', SMALL], input);
	assert.equal(run.code, EXIT.done);
	const replies = lines(run.out);
	assert.deepEqual(replies.map((reply) => reply.q), questions);
	assert.equal(replies[0].outcome, 'choose');
	assert.notEqual(replies[1].outcome, 'answer', '第二个 must not take a choice of the line before');
	assert.ok(replies.every((reply) => Array.isArray(reply.ranking) && reply.ranking.length <= 2));
});

test('a date is read as of the day that is given', () => {
	const question = '证书2026年12月1日到期，能延续吗';
	const ask = (day) => dayi(['ask', '--json', '--today', day, question]);
	const [before] = lines(ask('2026-12-01').out);
	assert.equal(before.answers[0].number, 10);
	const [after] = lines(ask('2026-12-02').out);
	assert.equal(after.answers[0].number, 11);
	assert.match(after.text, /按您写的“2026年12月1日”，证书已于2026-12-01到期，不能延续。/);
	assert.equal(ask('2026-02-30').code, EXIT.usage);
	assert.equal(dayi(['eval', '--today', 'tomorrow', 'none.jsonl']).code, EXIT.usage);
});

test('a faulty line of a batch is named, and ends it with exit status 1', () => {
	const run = dayi(['ask', '--batch', '--knowledge', SMALL], '{"q":"你好"}\n{"q":\n');
	assert.equal(run.code, EXIT.faults);
	assert.equal(lines(run.out).length, 1);
	assert.match(run.err, /line 2/);
});

test('wrong usage ends with 2, an unknown command too', () => {
	for (const args of [[], ['nonsense'], ['ask'], ['import', 'x'], ['ask', '--top', '0', 'x']])
		assert.equal(dayi(args).code, EXIT.usage, args.join(' '));
	assert.equal(dayi(['--help']).code, EXIT.done);
});

test('the real knowledge has no fault at all', () => {
	const run = dayi(['check', 'knowledge']);
	assert.equal(run.code, EXIT.done, run.err);
	assert.match(run.out, /^knowledge: 0 errors, 0 warnings; 13 entries/);
});

test('a broken folder is reported with file and member', () => {
	const run = dayi(['check', 'tests/fixtures/knowledge-broken/duplicate-number']);
	assert.equal(run.code, EXIT.faults);
	assert.match(run.err, /02\.json: number: 7 is already the number of/);
});

test('export, import and export again give the same bytes in every form', (t) => {
	for (const format of ['jsonl', 'csv', 'text']) {
		const folder = temporary(t);
		const first = path.join(folder, 'first');
		const second = path.join(folder, 'second');
		assert.equal(dayi(['export', '--format', format, '--out', first, SMALL]).code, EXIT.done);
		assert.equal(dayi(['import', '--format', format, '--out', path.join(folder, 'k'), first]).code, EXIT.done);
		assert.equal(dayi(['export', '--format', format, '--out', second, path.join(folder, 'k')]).code, EXIT.done);
		assert.ok(fs.readFileSync(first).equals(fs.readFileSync(second)), format);
	}
});

test('an export goes to standard output, also where that is named -', (t) => {
	const folder = temporary(t);
	const plain = dayi(['export', SMALL]);
	assert.match(plain.out, /^\{"id":/);
	const run = spawnSync(path.resolve(process.env.DAYI_BIN), ['export', '--out', '-', SMALL], { cwd: folder, encoding: 'utf8' });
	assert.equal(run.status, EXIT.done);
	assert.equal(run.stdout, plain.out);
	assert.deepEqual(fs.readdirSync(folder), []);
});

test('what was refused is said in a sentence, and one warning is one warning', (t) => {
	const folder = temporary(t);
	const table = path.join(folder, 'faq.csv');
	const knowledge = path.join(folder, 'k');
	fs.writeFileSync(table, '问题,answer\n借的书怎么续借？\n');
	const refused = dayi(['import', '--format', 'csv', '--out', knowledge, table]);
	assert.equal(refused.code, EXIT.faults);
	assert.match(refused.err, /faq\.csv:2: the row has 1 cells, the header 2/);
	assert.match(refused.err, /^dayi import: nothing written: mend the errors above first$/m);
	fs.writeFileSync(table, 'question,answer,相似问\n借的书怎么续借？,在自助机上续借。,图书续借\n');
	assert.equal(dayi(['import', '--format', 'csv', '--out', knowledge, table]).out, `${knowledge}: 1 entry\n`);
	assert.match(dayi(['check', knowledge]).out, /: 0 errors, 1 warning; 1 entry, 0 golden questions, 0 sample records,/);
});

test('a folder without entries is an error, and its collection is told from the folder itself', (t) => {
	const folder = temporary(t);
	const file = path.join(folder, 'faq.txt');
	const knowledge = path.join(folder, 'k');
	fs.mkdirSync(path.join(folder, 'empty'));
	fs.writeFileSync(file, '1、借的书怎么续借？\n答：在自助机上续借。\n');
	dayi(['import', '--format', 'text', '--out', knowledge, file]);
	for (const command of [['check', 'empty'], ['serve', '--port', '0', '--knowledge', 'empty']]) {
		const run = dayi(command, '', { cwd: folder });
		assert.equal(run.code, EXIT.faults, command[0]);
		assert.match(run.err, /empty: no entries here/, command[0]);
	}
	for (const [cwd, given, parent] of [[folder, 'k/imported', 'k'], [folder, 'k/imported/', 'k'], [knowledge, 'imported', '\\.'], [path.join(knowledge, 'imported'), '.', '\\.\\.']]) {
		const run = dayi(['check', given], '', { cwd });
		assert.equal(run.code, EXIT.faults, given);
		assert.match(run.err, new RegExp(`no entries here: the knowledge folder is the one above, ${parent}$`, 'm'), given);
	}
});

test('a file of a spreadsheet, a wrong separator and a near heading are told apart', (t) => {
	const folder = temporary(t);
	const file = path.join(folder, 'faq.csv');
	const run = (format, bytes) => {
		fs.writeFileSync(file, bytes);
		return dayi(['import', '--format', format, '--out', path.join(folder, 'k'), file]).err;
	};
	assert.match(run('csv', 'PK\x03\x04\x14\x00'), /cannot be unpacked: the file is damaged/);
	assert.match(run('text', Buffer.from('d0cf11e0a1b11ae1', 'hex')), /is a file of an old Word or Excel: save it as \.docx or \.xlsx/);
	assert.doesNotMatch(run('csv', 'question;answer\na;b\n'), /error|parted/);
	assert.match(run('csv', 'question,anwser\na,b\n'), /the column "anwser" is not known and is left out; call it answer/);
	assert.match(run('text', '借书刷卡。\n'), /holds no entries: a question begins with its number or mark/);
});

test('an imported document names its office on its own page, and check says what is still to be written', (t) => {
	const folder = temporary(t);
	const file = path.join(folder, 'faq.txt');
	const knowledge = path.join(folder, 'k');
	fs.writeFileSync(file, '市图书馆读者问答\n1、借的书怎么续借？\n答：在自助机上续借。\n');
	assert.equal(dayi(['import', '--format', 'text', '--out', knowledge, file]).code, EXIT.done);
	assert.equal(JSON.parse(fs.readFileSync(path.join(knowledge, 'office.json'))).title, '市图书馆读者问答');
	const entry = JSON.parse(fs.readFileSync(path.join(knowledge, 'imported/01-item-01.json')));
	assert.ok(fs.existsSync(path.join(knowledge, 'imported', entry.$schema)));
	assert.deepEqual(entry.source, { document: '市图书馆读者问答', item: 1 });
	const check = dayi(['check', knowledge]);
	assert.equal(check.code, EXIT.done);
	assert.ok(check.err.includes(`${knowledge}/office.json: warning: contacts: there are none`), check.err);
	fs.writeFileSync(path.join(knowledge, 'smalltalk.json'), JSON.stringify({ smalltalk: [
		{ id: 'hello', outcome: 'smalltalk', also: ['你好'], reply: '您好。' },
		{ id: 'thanks', outcome: 'smalltalk', also: ['谢谢'], patterns: ['qqq'], reply: '不客气。' }] }));
	assert.match(dayi(['check', knowledge]).err, /smalltalk\.json: warning: smalltalk\[1\]\.patterns\[0\]: dead weight/);
});

test('what cannot be written is named with its path and the system\'s reason', (t) => {
	const folder = temporary(t);
	const file = path.join(folder, 'faq.csv');
	fs.writeFileSync(file, 'question,answer\n借的书怎么续借？,在自助机上续借。\n');
	for (const args of [['import', '--format', 'csv', '--out', path.join(file, 'k'), file],
		['export', '--out', path.join(file, 'out'), SMALL],
		['records', 'import', '--out', path.join(file, 'r.db'), path.join(ROOT, 'samples/records')]]) {
		const run = dayi(args);
		assert.equal(run.code, EXIT.machine, run.err);
		assert.match(run.err, /faq\.csv\/\S+: cannot be written: (a part of the path is a file, not a folder|it exists already)$/m);
	}
});

test('eval counts by hand-made labels', (t) => {
	const file = path.join(temporary(t), 'questions.jsonl');
	const rows = [
		{ q: '证书过期还可以延续吗？', expect: ['11'], kind: 'canonical' },
		{ q: '证书过期还可以延续吗？', expect: ['1'], kind: 'canonical' },
		{ q: 'qwpoeiru zxmcn', expect: [], kind: 'oos' },
	];
	fs.writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'));
	const run = dayi(['eval', '--knowledge', SMALL, file]);
	assert.equal(run.code, EXIT.done, run.err);
	assert.match(run.out, /canonical +n=2 +top1 0\.5000 +helped 0\.5000 +direct 0\.5000 +wrong 0\.5000/);
	assert.match(run.out, /oos +n=1 +wrong 0\.0000/);
	assert.match(run.out, /auroc 1\.0000/);
});

test('a label names an entry by number, number in quotes or id, and counts the same', (t) => {
	const file = path.join(temporary(t), 'questions.jsonl');
	const { id, number } = JSON.parse(dayi(['export', SMALL]).out.split('\n').map((line) => line.trim()).find((line) => line.includes('"number":11')));
	assert.equal(number, 11);
	const rows = [[11], ['11'], [id]].map((expect) => ({ q: '证书过期还可以延续吗？', expect, kind: 'same' }));
	rows.push({ query: '证书过期还可以延续吗？', relevant: [11], tag: 'same' });
	fs.writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'));
	assert.match(dayi(['eval', '--knowledge', SMALL, file]).out, /same +n=4 +top1 1\.0000 +helped 1\.0000 +direct 1\.0000 +wrong 0\.0000/);
});

test('a label that names no entry is an error with its line, and nothing is scored', (t) => {
	const file = path.join(temporary(t), 'questions.jsonl');
	fs.writeFileSync(file, ['{"q":"a","expect":["11"]}', '{"q":"a","expect":["99"]}', '{"q":"a","expect":[11.5]}', '{"q":"a","expect":[null]}', '{"q":"a"}', '{"q":'].join('\n'));
	const run = dayi(['eval', '--knowledge', SMALL, file]);
	assert.equal(run.code, EXIT.faults);
	assert.equal(run.out, '');
	assert.match(run.err, /questions\.jsonl:2: expect\[0\]: there is no entry "99" .*write the number or the id/);
	assert.match(run.err, /questions\.jsonl:3: expect\[0\]: there is no entry "11\.5"/);
	assert.match(run.err, /questions\.jsonl:4: expect\[0\]: must name an entry/);
	assert.match(run.err, /questions\.jsonl:5: needs q and expect/);
	assert.match(run.err, /questions\.jsonl:6: /);
});

test('docs/configuration.md is what the program prints', () => {
	const page = fs.readFileSync(path.join(ROOT, 'docs/configuration.md'), 'utf8');
	const table = dayi(['serve', '--print-config=markdown']).out;
	assert.ok(table.length > 1000);
	assert.ok(page.endsWith(table), 'run: dayi serve --print-config=markdown');
});

test('a printed configuration is a sound one', (t) => {
	const file = path.join(temporary(t), 'dayi.ini');
	fs.writeFileSync(file, dayi(['serve', '--print-config']).out);
	assert.equal(dayi(['serve', '--check-config', '--config', file]).code, EXIT.done);
});

test('a check of the configuration says what to list for other computers', (t) => {
	const file = path.join(temporary(t), 'dayi.ini');
	const check = (host, http = '') => {
		fs.writeFileSync(file, `[server]\nhost = ${host}\nport = 8085\n${http}`);
		return dayi(['serve', '--check-config', '--config', file]).out.split('\n').slice(2);
	};
	const [hint, section, line] = check('0.0.0.0');
	assert.match(hint, /this machine itself.*http\.origins/);
	assert.equal(section, '[http]');
	assert.match(line, /^origins = (http:\/\/[0-9.]+:8085, )*http:\/\/127\.0\.0\.1:8085$/);
	assert.deepEqual(check('0.0.0.0', `[http]\n${line}\n`), [''], 'the line as it is printed will do');
	assert.equal(check('192.0.2.9')[2], 'origins = http://192.0.2.9:8085');
	assert.deepEqual(check('127.0.0.1'), ['']);
});

test('a check of the configuration tries the shared store, and says that it does not try the records', (t) => {
	const file = path.join(temporary(t), 'dayi.ini');
	const check = (text) => {
		fs.writeFileSync(file, text);
		return dayi(['serve', '--check-config', '--config', file]);
	};
	const away = check('[store]\nurl = host=127.0.0.1 port=1 dbname=none user=x password=hidden\n');
	assert.equal(away.code, EXIT.faults);
	assert.match(away.err, /dayi\.ini:2: store\.url: PostgreSQL cannot be reached/);
	assert.doesNotMatch(away.err + away.out, /hidden|sound/);
	const groups = check('[groups]\nstore = host=127.0.0.1 port=1 dbname=none user=x password=hidden\n');
	assert.equal(groups.code, EXIT.faults);
	assert.match(groups.err, /dayi\.ini:2: groups\.store: PostgreSQL cannot be reached/);
	const records = check('[record]\nsource = postgresql\nconnect = host=127.0.0.1 port=1 dbname=none\n');
	assert.equal(records.code, EXIT.done, records.err);
	assert.match(records.out, /^configuration is sound\n[^]*not tried: whether record\.connect can be reached\n$/);
});

test('a check of the configuration says that versions are not deleted without the console', (t) => {
	const file = path.join(temporary(t), 'dayi.ini');
	const check = (enabled) => {
		fs.writeFileSync(file, `[knowledge]\nkeep_versions = 30\n[console]\nenabled = ${enabled}\n`);
		return dayi(['serve', '--check-config', '--config', file]);
	};
	assert.equal(check('no').code, EXIT.done);
	assert.match(check('no').err, /dayi\.ini:2: .*knowledge\.keep_versions: without the console/);
	assert.equal(check('yes').err, '');
});

test('a check of the configuration prints the address to open', (t) => {
	const file = path.join(temporary(t), 'dayi.ini');
	const address = (host, ...more) => {
		fs.writeFileSync(file, `[server]\nhost = ${host}\nport = 8085\n`);
		return dayi(['serve', '--check-config', '--config', file, ...more]).out.split('\n')[1];
	};
	assert.equal(dayi(['serve', '--check-config']).out, 'configuration is sound\nhttp://127.0.0.1:8080/\n');
	assert.equal(address('127.0.0.1'), 'http://127.0.0.1:8085/');
	assert.equal(address('0.0.0.0'), 'http://127.0.0.1:8085/');
	assert.equal(address('::1'), 'http://[::1]:8085/');
	assert.equal(address('127.0.0.1', '--port', '8086'), 'http://127.0.0.1:8086/');
	assert.equal(address('127.0.0.1', '--port', '0'), '');
});

const DEV = path.join(ROOT, '../shared/eval/questions/dev.jsonl');

test('the development questions keep their answers', { skip: !fs.existsSync(DEV) && `${DEV} is absent` }, () => {
	const out = dayi(['eval', DEV]).out;
	const figure = (row, name) => Number(new RegExp(`^${row} .*${name} ([0-9.]+)`, 'm').exec(out)[1]);
	assert.ok(figure('in scope', 'top1') >= 0.97, out);
	assert.ok(figure('in scope', 'helped') >= 0.99, out);
	assert.ok(figure('in scope', 'wrong') <= 0.01, out);
	assert.ok(figure('out of scope', 'wrong') <= 0.03, out);
});
