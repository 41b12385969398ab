/* See script/ablate. */
'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { popupSets } = require('./popups.js');

const { DAYI_BIN: BIN, DAYI_EVAL: EVAL, DAYI_ROOT: ROOT } = process.env;
const TODAY = '2026-11-29'; // the day for which the sets were written
const TEMP = fs.mkdtempSync(path.join(os.tmpdir(), 'dayi-ablate-'));
process.on('exit', () => fs.rmSync(TEMP, { recursive: true }));

/* Left out by the program (--without). */
const PARTS = ['learnt', 'generic', 'sentences', 'prompts', 'patterns', 'slots', 'calibration', 'clear',
	'popup', 'denials', 'clauses', 'commas', 'last_clause', 'subject', 'quoted', 'aspects', 'habits'];

/* Left out of a copy of the knowledge: what an editor wrote. */
const TEXTS = {
	'lexicon: synonyms': (files) => files.lexicon((l) => { l.synonyms = []; }),
	'lexicon: fillers': (files) => files.lexicon((l) => { l.fillers = []; }),
	'lexicon: confusables': (files) => files.lexicon((l) => { l.confusables = []; }),
	'entries: alternates': (files) => files.entries((e) => { delete e.also; }),
	'entries: counter-examples': (files) => files.entries((e) => { delete e.not; }),
	'entries: patterns': (files) => files.entries((e) => {
		delete e.patterns;
		delete e.unless;
		for (const one of e.cases || [])
			delete one.patterns;
	}),
	'entries: unless': (files) => files.entries((e) => { delete e.unless; }),
	'entries: popups': (files) => files.entries((e) => { delete e.prompts; }),
};

function readRows(file) {
	return fs.readFileSync(file, 'utf8').split('\n').filter((line) => line.trim()).map((line) => JSON.parse(line));
}

function run(args, input) {
	const done = spawnSync(BIN, args, { cwd: ROOT, input, encoding: 'utf8', maxBuffer: 1 << 30 });
	if (done.status !== 0)
		throw new Error(`dayi ${args.join(' ')}: ${done.stderr}`);
	return done.stdout;
}

const knowsToday = spawnSync(BIN, ['ask', '--help'], { encoding: 'utf8' }).stdout.includes('--today');

function rowsOf(name, file) {
	if (fs.existsSync(file))
		return readRows(file);
	console.error(`ablate: ${file} is absent, and with it the set ${name}`);
	return null;
}

function gatherSets() {
	const own = path.join(ROOT, 'knowledge');
	const sets = {};
	const add = (name, folder, rows) => {
		if (rows)
			sets[name] = { parts: [{ folder, rows }], rows };
	};
	add('own', own, rowsOf('own', path.join(ROOT, 'tests/questions/own.jsonl')));
	add('things', own, rowsOf('things', path.join(ROOT, 'tests/questions/things.jsonl')));
	for (const name of ['dev', 'contrast'])
		add(name, own, rowsOf(name, path.join(EVAL, `questions/${name}.jsonl`)));
	for (const [name, rows] of Object.entries(popupSets(own)))
		add(name, own, rows);
	for (const name of ['ths', 'feiyan']) {
		const rows = rowsOf(name, path.join(EVAL, name, 'queries.jsonl'));
		const folder = path.join(TEMP, name);
		if (rows)
			run(['import', '--format', 'jsonl', '--out', folder, path.join(EVAL, name, 'kb.jsonl')]);
		add(name, folder, rows);
	}
	sets.offices = officeSet();
	return sets;
}

/* Ten small offices that imported their lists, five of them without alternates (offices/). */
function officeSet() {
	const offices = path.join(ROOT, 'tests/questions/offices');
	const parts = fs.readdirSync(offices).filter((name) => name.endsWith('.kb.jsonl')).map((name) => {
		const folder = path.join(TEMP, path.basename(name, '.kb.jsonl'));
		run(['import', '--format', 'jsonl', '--out', folder, path.join(offices, name)]);
		return { folder, rows: readRows(path.join(offices, name.replace('.kb', ''))) };
	});
	return { parts, rows: parts.flatMap((part) => part.rows) };
}

/* A copy of the folder, for texts to be left out of. */
function copyOf(folder, name) {
	const copy = path.join(TEMP, name);
	fs.cpSync(folder, copy, { recursive: true });
	const change = (file, edit) => {
		const value = JSON.parse(fs.readFileSync(file, 'utf8'));
		(Array.isArray(value) ? value : [value]).forEach(edit);
		fs.writeFileSync(file, JSON.stringify(value, null, 2) + '\n');
	};
	const changeLines = (file, edit) => {
		const rows = readRows(file);
		rows.forEach(edit);
		fs.writeFileSync(file, rows.map((row) => JSON.stringify(row) + '\n').join(''));
	};
	const collections = fs.readdirSync(copy, { withFileTypes: true }).filter((f) => f.isDirectory() && f.name !== 'schema');
	return {
		folder: copy,
		lexicon: (edit) => {
			const file = path.join(copy, 'lexicon.json');
			if (fs.existsSync(file))
				change(file, edit);
		},
		entries: (edit) => {
			for (const collection of collections)
				for (const name of fs.readdirSync(path.join(copy, collection.name))) {
					const file = path.join(copy, collection.name, name);
					(name.endsWith('.jsonl') ? changeLines : change)(file, edit);
				}
		},
	};
}

function askPart(rows, folder, without) {
	const args = ['ask', '--batch', '--top', '10', '--knowledge', folder];
	if (knowsToday)
		args.push('--today', TODAY);
	for (const part of without)
		args.push('--without', part);
	const input = rows.map((row) => JSON.stringify({ q: row.q || row.query }) + '\n').join('');
	return run(args, input).split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

/* `folderOf` gives the folder, or the copy of it, that a part's questions are asked of. */
const ask = (set, without, folderOf = (folder) => folder) =>
	set.parts.flatMap((part) => askPart(part.rows, folderOf(part.folder), without));

const FAR = ['oos-chat', 'far'];
const idOf = (one, byNumber) => (byNumber ? String(one.number) : one.entry);

/* As ../shared/eval/score.py counts; in percent. */
function score(rows, replies) {
	const sum = { top1: 0, helped: 0, direct: 0, 'wrong in': 0, 'wrong out': 0, far: 0 };
	let inScope = 0, far = 0;
	rows.forEach((row, i) => {
		const reply = replies[i];
		const byNumber = Boolean(row.expect);
		const expected = row.expect || row.relevant;
		const answers = reply.answers.map((one) => idOf(one, byNumber));
		const offered = answers.concat(reply.choices.map((one) => idOf(one, byNumber)));
		const holds = (list) => (row.kind === 'multi' ? expected.every((e) => list.includes(e)) : expected.some((e) => list.includes(e)));
		if (expected.length === 0) {
			sum['wrong out'] += answers.length > 0;
			far += FAR.includes(row.tag);
			sum.far += FAR.includes(row.tag) && reply.outcome === 'decline';
			return;
		}
		inScope++;
		sum.top1 += reply.ranking.length > 0 && expected.includes(idOf(reply.ranking[0], byNumber));
		sum.helped += holds(offered);
		sum.direct += holds(answers);
		sum['wrong in'] += answers.length > 0 && !expected.some((e) => answers.includes(e));
	});
	const of = (key) => (key === 'far' ? far : key === 'wrong out' ? rows.length - inScope : inScope);
	return Object.fromEntries(Object.entries(sum).map(([key, count]) => [key, of(key) ? 100 * count / of(key) : null]));
}

const gist = (reply) => JSON.stringify([reply.outcome, reply.topic, reply.answers.map((a) => [a.entry, a.case]), reply.choices.map((c) => c.entry)]);

/* What changed: each measure's difference in points, or how many replies changed, or nothing. */
function cell(base, set, replies) {
	const now = score(set.rows, replies);
	const changed = replies.filter((reply, i) => gist(reply) !== gist(base.replies[i])).length;
	if (changed === 0)
		return '·';
	const parts = Object.keys(now)
		.filter((key) => now[key] !== null && Math.abs(now[key] - base.score[key]) >= 0.05)
		.map((key) => `${key} ${now[key] > base.score[key] ? '+' : '−'}${Math.abs(now[key] - base.score[key]).toFixed(1)}`);
	return parts.length ? parts.join(', ') : `(${changed})`;
}

/* Ten bins of the best entry's confidence: how often it was right, and the error of calibration. */
function reliability(names, sets, base) {
	const bins = Array.from({ length: 10 }, () => ({ n: 0, right: 0, confidence: 0 }));
	let n = 0;
	for (const name of names)
		sets[name].rows.forEach((row, i) => {
			const best = base[name].replies[i].ranking[0];
			if (!best)
				return;
			const bin = bins[Math.min(9, Math.floor(best.confidence * 10))];
			bin.n++;
			bin.confidence += best.confidence;
			bin.right += (row.expect || row.relevant).includes(idOf(best, Boolean(row.expect)));
			n++;
		});
	const error = bins.reduce((sum, bin) => sum + Math.abs(bin.confidence - bin.right), 0) / n;
	return { bins, error };
}

const row = (cells) => console.log(`| ${cells.join(' | ')} |`);

function printBase(sets, base) {
	const keys = ['top1', 'helped', 'direct', 'wrong in', 'wrong out', 'far'];
	row(['set', 'lines', ...keys]);
	row(['---', '---', ...keys.map(() => '---')]);
	for (const [name, set] of Object.entries(sets))
		row([name, set.rows.length, ...keys.map((key) => (base[name].score[key] === null ? '' : base[name].score[key].toFixed(1)))]);
}

function printReliability(sets, base) {
	const groups = { 'own + dev + contrast': ['own', 'dev', 'contrast'], ths: ['ths'], feiyan: ['feiyan'], offices: ['offices'] };
	console.log('\nRight, of the best entries with a confidence in the bin (how many):\n');
	row(['set', 'error', ...Array.from({ length: 10 }, (_, i) => `${(i / 10).toFixed(1)}–`)]);
	row(Array(12).fill('---'));
	for (const [title, wanted] of Object.entries(groups)) {
		const names = wanted.filter((name) => sets[name]);
		if (names.length === 0)
			continue;
		const { bins, error } = reliability(names, sets, base);
		row([names.length < wanted.length ? names.join(' + ') : title, error.toFixed(3),
			...bins.map((bin) => (bin.n ? `${(bin.right / bin.n).toFixed(2)} (${bin.n})` : ''))]);
	}
}

function main() {
	const known = [...PARTS, ...Object.keys(TEXTS)];
	const args = process.argv.slice(2);
	for (const name of args)
		if (name !== 'none' && !known.includes(name)) {
			console.error(`ablate: no such part: ${name}. Parts: none, ${known.join(', ')}`);
			process.exit(2);
		}
	const chosen = args.length ? known.filter((name) => args.includes(name)) : known;
	const sets = gatherSets();
	const base = {};
	for (const [name, set] of Object.entries(sets)) {
		const replies = ask(set, []);
		base[name] = { replies, score: score(set.rows, replies) };
	}
	printBase(sets, base);
	printReliability(sets, base);
	if (chosen.length === 0)
		return;
	console.log('\nChange in points without the part; (n): n replies change, none of the measures; ·: nothing does.\n');
	row(['without', ...Object.keys(sets)]);
	row(['---', ...Object.keys(sets).map(() => '---')]);
	for (const name of chosen) {
		const cells = [];
		const copies = {};
		for (const set of Object.values(sets)) {
			const without = (folder) => {
				if (!copies[folder]) {
					copies[folder] = copyOf(folder, `${path.basename(folder)}-${Object.keys(copies).length}-${name.replace(/\W+/g, '-')}`);
					TEXTS[name](copies[folder]);
				}
				return copies[folder].folder;
			};
			const replies = TEXTS[name] ? ask(set, [], without) : ask(set, [name]);
			cells.push(cell(base[Object.keys(sets).find((key) => sets[key] === set)], set, replies));
		}
		row([name, ...cells]);
	}
}

main();
