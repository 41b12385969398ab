/* What an office clerk reads at the prompt is Chinese where the locale is, on a machine that never generated it. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { EXIT, ROOT, dayi, temporary } = require('./dayi');

const CHINESE = { env: { LC_ALL: 'zh_CN.UTF-8' } };
const COMMANDS = ['ask', 'atlas', 'audit', 'check', 'diagnose', 'eval', 'export', 'import', 'receipt', 'records', 'serve', 'token'];
const HAN = /\p{Script=Han}/u;

const chinese = (args, input) => dayi(args, input, CHINESE);

/* Three English words in a row are a sentence that nobody translated. */
function english(text) {
	return text.split('\n').filter((line) => /\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b/.test(line.replaceAll(/“[^”]*”|"[^"]*"|`[^`]*`|dayi records import/g, '')));
}

test('the locale decides, as it does for every program', () => {
	const of = (env) => dayi(['--help'], '', { env }).out;
	for (const env of [{ LC_ALL: 'zh_CN.UTF-8' }, { LANG: 'zh_CN.UTF-8' }, { LC_MESSAGES: 'zh_CN' }, { LANG: 'zh_CN.GB18030' },
		{ LANG: 'en_US.UTF-8', LANGUAGE: 'zh_CN:en' }])
		assert.match(of(env), /^用法：dayi/, JSON.stringify(env));
	for (const env of [{}, { LC_ALL: 'C', LANG: 'zh_CN.UTF-8' }, { LC_ALL: 'en_US.UTF-8', LANG: 'zh_CN.UTF-8' },
		{ LANG: 'C.UTF-8', LANGUAGE: 'zh_CN' }, { LANG: 'zh_CN.UTF-8', LANGUAGE: 'en' }])
		assert.match(of(env), /^Usage: dayi/, JSON.stringify(env));
});

test('the help of every command is Chinese', () => {
	assert.deepEqual(english(chinese(['--help']).out), []);
	for (const command of COMMANDS) {
		const run = chinese([command, '--help']);
		assert.equal(run.code, EXIT.done, command);
		assert.match(run.out, /^用法： dayi/, command);
		assert.deepEqual(english(run.out), [], command);
	}
});

test('wrong usage is told in Chinese, by glibc too', () => {
	for (const args of [[], ['nonsense'], ['ask'], ['check', '--nope'], ['import', '--format'], ['import', '--format', 'xls', 'f'],
		['ask', '--top', '0', 'x'], ['diagnose'], ['records', 'export'], ['audit'], ['receipt', 'x'], ['token'], ['eval']]) {
		const run = chinese(args);
		assert.equal(run.code, EXIT.usage, args.join(' '));
		assert.match(run.err, HAN, args.join(' '));
		assert.deepEqual(english(run.err), [], args.join(' '));
	}
});

test('every fault of every broken folder is Chinese', () => {
	const fixtures = path.join(ROOT, 'tests/fixtures');
	const folders = fs.readdirSync(fixtures).flatMap((name) => {
		const folder = path.join(fixtures, name);
		return /broken$/.test(name) ? fs.readdirSync(folder).map((one) => path.join(folder, one)) : [folder];
	});
	assert.ok(folders.length > 30);
	for (const folder of folders) {
		const run = chinese(['check', folder]);
		const lines = run.err.trim().split('\n').filter(Boolean);
		assert.match(run.out, /个错误，/);
		for (const line of lines)
			assert.match(line.replace(folder, ''), HAN, `${folder}: ${line}`);
		// A library's own words stand behind 说：, which says whose they are.
		assert.deepEqual(english(lines.map((line) => line.replace(/说：.*/, '')).join('\n')), [], folder);
	}
});

test('a table with a fault and a configuration with faults are told in Chinese, with their lines', (t) => {
	const folder = temporary(t);
	const table = path.join(folder, 'faq.csv');
	fs.writeFileSync(table, '问题,answer\n借的书怎么续借？\n');
	const refused = chinese(['import', '--format', 'csv', '--out', path.join(folder, 'k'), table]);
	assert.equal(refused.code, EXIT.faults);
	assert.match(refused.err, /faq\.csv:2: 这一行有 1 格，表头有 2 格/);
	assert.match(refused.err, /^dayi import：什么都没有写：请先改好上面的错误$/m);
	const config = path.join(folder, 'dayi.ini');
	fs.writeFileSync(config, '[server]\nprot = 1\nhost = localhost\n[limits]\nconnections = many\n');
	const wrong = chinese(['serve', '--check-config', '--config', config]);
	assert.equal(wrong.code, EXIT.faults);
	assert.match(wrong.err, /dayi\.ini:2: server\.prot: 没有这个设置；是不是 server\.port？/);
	assert.match(wrong.err, /dayi\.ini:5: limits\.connections: 应是整数/);
	assert.match(wrong.err, /dayi\.ini:3: server\.host: localhost: 应是 IP 地址/);
});

test('records that are refused are told in Chinese', (t) => {
	const folder = temporary(t);
	fs.writeFileSync(path.join(folder, 'exam.csv'), 'applicant_id,kind,taken_on,x\n4.19E+17,首次取证,someday,1\n');
	const run = chinese(['records', 'import', '--out', path.join(folder, 'records.db'), folder]);
	assert.equal(run.code, EXIT.faults);
	const lines = run.err.trim().split('\n');
	assert.ok(lines.length >= 4, run.err);
	for (const line of lines)
		assert.match(line, HAN, line);
});

test('facts and headings that do not fit are told in Chinese throughout', (t) => {
	const folder = temporary(t);
	const facts = path.join(folder, 'f.json');
	fs.writeFileSync(facts, '{"exam":[{"taken_on":"2023-02-29","socre":1}],"exams":[]}');
	const lines = chinese(['diagnose', '--knowledge', path.join(ROOT, 'knowledge'), '--entry', '11', '--facts', facts]).err.trim().split('\n');
	assert.match(lines[0], /taken_on: .*，或 null$/);
	assert.match(lines[1], /socre: 这张表没有“socre”这一列；有 kind, id_number, result, taken_on$/);
	assert.match(lines[2], /exams: 没有名为“exams”的表；有 .*；是不是 exam？$/);
	fs.writeFileSync(path.join(folder, 'exam.csv'), '身份证号\n');
	assert.match(chinese(['records', 'import', '--out', path.join(folder, 'r.db'), folder]).err, /exam\.csv:1: 第 1 列: 这张表没有“身份证号”这一列；有 applicant_id, /);
});

test('a printed configuration is commented in Chinese, and is read alike', (t) => {
	const file = path.join(temporary(t), 'dayi.ini');
	const { out } = chinese(['serve', '--print-config']);
	assert.deepEqual(english(out), []);
	fs.writeFileSync(file, out);
	const keys = (text) => text.split('\n').filter((line) => line && !line.startsWith('#'));
	assert.deepEqual(keys(out), keys(dayi(['serve', '--print-config']).out));
});

test('the hints of the log are Chinese, its events and keys are not', (t) => {
	const folder = temporary(t);
	const config = path.join(folder, 'dayi.ini');
	fs.writeFileSync(config, `[knowledge]\nfolder = ${path.join(ROOT, 'tests/fixtures/knowledge-broken/duplicate-number')}\n[web]\nfolder =\n`);
	const events = (text) => [...text.matchAll(/^\S+ (\w+ \w+)(.*)$/gm)].map(([, event, fields]) =>
		[event, ...[...fields.matchAll(/ (\w+)=/g)].map(([, key]) => key)].join(' '));
	const own = { cwd: folder, env: { LC_ALL: 'C' } };
	const english = dayi(['serve', '--config', config, '--port', '0'], '', own);
	const translated = dayi(['serve', '--config', config, '--port', '0'], '', { ...own, ...CHINESE });
	assert.equal(translated.code, english.code);
	assert.notEqual(translated.code, EXIT.done);
	assert.deepEqual(events(translated.err), events(english.err));
	assert.match(translated.err, / error knowledge_refused folder=".*" status="不正确" errors=1 hint="请改好上面的问题；dayi check 也会列出"/);
});

test('what programs read is the same in every language', () => {
	const settled = (run) => run.out.replaceAll(/"(took_us|receipt)":("[^"]*"|\d+)/g, '"$1":0');
	for (const args of [['ask', '--json', '证书过期还可以延续吗'], ['diagnose', '--json', '--entry', '7', '--today', '2026-11-23']])
		assert.equal(settled(chinese(args)), settled(dayi(args)), args.join(' '));
	const batch = ['ask', '--batch', '--top', '2'];
	assert.equal(settled(chinese(batch, '{"q":"照片传不上去"}\n')), settled(dayi(batch, '{"q":"照片传不上去"}\n')));
});
