/* An entry as the form works on it, and differences as a reviewer reads them. */

import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isRollBack, undoneBy, versionBefore, type Event } from '../src/console/authoring-protocol';
import { AUTHORING } from '../src/console/authoring-words';
import { newEdit } from '../src/console/edits';
import { itemsBetween, piecesBetween } from '../src/console/entry-diff';
import {
	addCase, casesOf, faultsAt, faultsElsewhere, itemsOf, linesOf, listOf, moveCase, removeCase, restOf, setInCase, setMember, withRest, withValueAt, type Fault, type Raw,
} from '../src/console/entry-form';
import { mayGoAlone, type GateResult } from '../src/console/gate-protocol';
import { reasonsOf } from '../src/console/use-review';
import { isView } from '../src/console/Views';
import { keysOf, reviewActionOf, USUAL_KEYS } from '../src/console/shortcuts';

const FOLDER = path.resolve(__dirname, '../../knowledge/anguan');
const ENTRIES = readdirSync(FOLDER).map((file) => JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8')) as Raw);
const ORDER = Object.keys((JSON.parse(readFileSync(path.resolve(FOLDER, '../schema/entry.schema.json'), 'utf8')) as { properties: object }).properties);
const ENTRY: Raw = { $schema: '../schema/entry.schema.json', id: 'photo', number: 9, question: '无法上传？', also: ['甲', '乙'], answer: '用IE11。', source: { item: 9 }, reviewed: '2026-11-23' };

interface Schema {
	properties?: Record<string, Schema>;
	items?: Schema;
	$defs?: Record<string, Schema>;
}

/* Of all members that a schema names, however deep. */
function pathsOf(root: Schema, schema: Schema, above: string[]): string[][] {
	const inside = schema.items ? pathsOf(root, schema.items, above) : [];
	return inside.concat(Object.entries(schema.properties ?? {}).filter(([name]) => name !== '$schema').flatMap(([name, one]) => [[...above, name], ...pathsOf(root, one, [...above, name])]));
}

/* What stands twice in a list of texts goes. */
const onceEach = (entry: Raw) => Object.fromEntries(Object.entries(entry).map(([name, value]) => [name, Array.isArray(value) ? [...new Set<unknown>(value)] : value]));

describe('a member of an entry', () => {
	it('takes its place in the order of the schema when it is new', () => {
		for (const name of ['prompts', 'patterns', 'not', 'note', 'internal'])
			expect(Object.keys(setMember(ENTRY, name, ['x'])).filter((one) => ORDER.includes(one)))
				.toEqual(ORDER.filter((one) => one === name || one in ENTRY));
	});

	it('goes where it is empty, but for the question and the answer', () => {
		expect(setMember(ENTRY, 'also', [])).not.toHaveProperty('also');
		expect(setMember({ ...ENTRY, note: 'x' }, 'note', '')).not.toHaveProperty('note');
		expect(setMember(ENTRY, 'answer', '')).toHaveProperty('answer', '');
	});

	it('stays to the letter when the form puts back what it shows, in every entry of the knowledge', () => {
		for (const entry of ENTRIES) {
			let changed = entry;
			for (const name of ['prompts', 'patterns', 'also', 'not'])
				changed = setMember(changed, name, itemsOf(linesOf(listOf(changed, name))));
			casesOf(entry).forEach((one, index) => { changed = setInCase(changed, index, 'also', itemsOf(linesOf(listOf(one, 'also')))); });
			const rest = withRest(changed, JSON.stringify(restOf(changed)));
			expect(JSON.stringify(rest) === JSON.stringify(onceEach(entry)), String(entry['id'])).toBe(true);
		}
	});
});

describe('a list as lines', () => {
	it('leaves out blank lines and what stands there twice', () => {
		expect(itemsOf('甲\n\n  乙 \n甲\n')).toEqual(['甲', '乙']);
	});

	it('keeps a line break within an item', () => {
		expect(itemsOf(linesOf(['第一行\n第二行', '乙']))).toEqual(['第一行\n第二行', '乙']);
	});
});

describe('cases', () => {
	const two = addCase(addCase(ENTRY));
	const ids = (entry: Raw) => casesOf(entry).map(({ id }) => id);

	it('are numbered in turn, and the number of the last is not taken anew', () => {
		expect(ids(two)).toEqual(['1', '2']);
		expect(casesOf(two)[1]).toEqual({ id: '2', label: '情形2', situation: '', advice: '' });
		expect(ids(addCase(removeCase(two, 0)))).toEqual(['2', '3']);
	});

	it('move up and down and go', () => {
		expect(ids(moveCase(two, 0, 1))).toEqual(['2', '1']);
		expect(ids(moveCase(two, 1, -1))).toEqual(['2', '1']);
		expect(removeCase(removeCase(two, 0), 0)).not.toHaveProperty('cases');
	});
});

describe('the rest as JSON', () => {
	it('is taken where it is an object that names nothing of the form', () => {
		expect(withRest(ENTRY, '{"source":{"item":10},"related":["x"]}')).toEqual({ ...ENTRY, related: ['x'], source: { item: 10 } });
		expect(withRest(ENTRY, '')).not.toHaveProperty('source');
		for (const bad of ['{', '[]', '"x"', '{"answer":"x"}'])
			expect(withRest(ENTRY, bad)).toBeNull();
	});
});

describe('faults', () => {
	const fault = (member: string, entry: string | null = 'photo'): Fault => ({ level: 'error', entry, member, text: 'x' });

	it('stand beside their field, with the line of a list', () => {
		const all = [fault('also[1]'), fault('answer'), fault('cases[0].pick')];
		expect(faultsAt(all, 'also')).toEqual([{ level: 'error', line: 2, text: 'x' }]);
		expect(faultsAt(all, 'cases[0].pick')).toEqual([{ level: 'error', line: null, text: 'x' }]);
		expect(faultsAt(all, 'cases[0].p')).toEqual([]);
	});

	it('of other entries and of no field stand by themselves', () => {
		const all = [fault('also[1]'), fault(''), fault('answer', 'other')];
		expect(faultsElsewhere(all, 'photo', ['also', 'answer'])).toEqual(all.slice(1));
	});
});

describe('a conflict', () => {
	const entry: Raw = { answer: 'a', cases: [{ id: '1', advice: 'x' }, { id: '2', advice: 'y' }], source: { item: 1 } };

	it('is settled at its path, cases by their id', () => {
		expect(withValueAt(entry, ['cases', { id: '2' }, 'advice'], 'z')).toEqual({ ...entry, cases: [{ id: '1', advice: 'x' }, { id: '2', advice: 'z' }] });
		expect(withValueAt(entry, ['source', 'item'], 2)).toEqual({ ...entry, source: { item: 2 } });
		expect(withValueAt(entry, ['answer'], 'b')).toEqual({ ...entry, answer: 'b' });
	});

	it('takes away what one side does not have', () => {
		expect(withValueAt(entry, ['answer'], null)).not.toHaveProperty('answer');
		expect(withValueAt(entry, ['cases', { id: '1' }], null)).toEqual({ ...entry, cases: [{ id: '2', advice: 'y' }] });
		expect(withValueAt(entry, ['cases', { id: '3' }], { id: '3' })['cases']).toHaveLength(3);
	});

	it('is settled in the item that the server names, by whatever key it has', () => {
		const golden: Raw = { golden: [{ q: '证书过期', entry: 'c' }, { q: '照片传不上去[1].a', entry: 'a' }] };
		expect(withValueAt(golden, ['golden', { q: '照片传不上去[1].a' }, 'entry'], 'b')).toEqual({ golden: [{ q: '证书过期', entry: 'c' }, { q: '照片传不上去[1].a', entry: 'b' }] });
		const english: Raw = { english: [{ word: '照片', phrase: 'photo' }, { word: '照片', phrase: 'picture' }] };
		expect(withValueAt(english, ['english', { phrase: 'picture' }, 'word'], '相片')).toEqual({ english: [{ word: '照片', phrase: 'photo' }, { word: '相片', phrase: 'picture' }] });
		expect(withValueAt({ texts: { choose: 'a' } }, ['texts', 'choose'], 'b')).toEqual({ texts: { choose: 'b' } });
	});
});

describe('a difference', () => {
	it('is of the characters that changed', () => {
		expect(piecesBetween('成绩保留2年，超期作废', '成绩保留3年，超期作废')).toEqual([
			{ kind: 'same', text: '成绩保留' }, { kind: 'old', text: '2' }, { kind: 'new', text: '3' }, { kind: 'same', text: '年，超期作废' }]);
		expect(piecesBetween('', '新')).toEqual([{ kind: 'new', text: '新' }]);
		expect(piecesBetween('一样', '一样')).toEqual([{ kind: 'same', text: '一样' }]);
	});

	it('of long texts gives both of them back', () => {
		const [before, after] = [`头${'甲'.repeat(3000)}尾`, `头${'乙'.repeat(3000)}尾`];
		const pieces = piecesBetween(before, after);
		expect(pieces.filter(({ kind }) => kind !== 'new').map(({ text }) => text).join('')).toBe(before);
		expect(pieces.filter(({ kind }) => kind !== 'old').map(({ text }) => text).join('')).toBe(after);
	});

	it('of lists is what went and what came', () => {
		expect(itemsBetween(['甲', '乙'], ['乙', '丙'])).toEqual({ gone: ['甲'], added: ['丙'] });
	});

	it('names its member in the words of the form', () => {
		expect(AUTHORING.pathWords(['cases', { id: '2' }, 'advice'])).toBe('情形2 · 建议');
		expect(AUTHORING.pathWords(['also'])).toBe('相似问');
		expect(AUTHORING.pathWords(['golden', { q: '照片.传不上去' }, 'entry'])).toBe('验收问题“照片.传不上去” · 应答出的条目');
		expect(AUTHORING.pathWords(['classes', '旧'])).toBe('词类 · 旧');
		expect(AUTHORING.placeWords('synonyms[3].variants[0]')).toBe('同义词第4项 · 别的说法第1行');
		expect(AUTHORING.placeWords('cases[1].pick')).toBe('第2种情形 · 由哪一行判断');
		expect(AUTHORING.placeWords('patterns[0]')).toBe('识别规则第1行');
	});

	it('shows no name of a member as the files spell it', () => {
		const shown = ['entry', 'golden', 'lexicon', 'office', 'smalltalk', 'referrals'].flatMap((file) => {
			const schema = JSON.parse(readFileSync(path.resolve(FOLDER, `../schema/${file}.schema.json`), 'utf8')) as Schema;
			return [...pathsOf(schema, schema, []), ...Object.values(schema.$defs ?? {}).flatMap((one) => pathsOf(schema, one, file === 'entry' ? ['cases'] : ['synonyms']))];
		}).flatMap((names) => [AUTHORING.pathWords(names), AUTHORING.placeWords(names.join('.'))]);
		expect(shown.length).toBeGreaterThan(300);
		expect(shown.filter((words) => /[A-Za-z]/.test(words.replace(/@/g, '')))).toEqual([]);
	});

	it('shows what a member may be in words', () => {
		expect(['phone', 'qq', 'wechat', 'url', 'address', 'hours'].map((kind) => AUTHORING.valueWords('kind', kind)).filter((words) => /^[a-z]/.test(words))).toEqual([]);
		expect(AUTHORING.valueWords('outcome', 'decline')).toBe('答复“没有收录”');
		expect(AUTHORING.valueWords('cue', 'thanks')).toBe('道谢');
		expect(AUTHORING.valueWords('answer', 'phone')).toBe('phone');
	});
});

describe('a new entry', () => {
	it('has the next number, and an id that nobody has', () => {
		const edit = newEdit('answer', 'anguan', ['entry-14'], [1, 13]);
		expect(edit.entry).toBe('entry-15');
		expect(edit.members).toMatchObject({ id: 'entry-15', number: 14 });
		expect(newEdit('referral', null, [], [13]).members).toMatchObject({ id: 'topic-1', topic: '', reply: '' });
	});
});

describe('keys of the review', () => {
	it('are of their own', () => {
		expect(new Set(Object.values(USUAL_KEYS)).size).toBe(Object.keys(USUAL_KEYS).length);
		expect(reviewActionOf(USUAL_KEYS, 'G')).toBe('approve');
		expect(reviewActionOf(keysOf({ short: 'g' }), 'g')).toBeUndefined();
	});
});

describe('the history of an entry', () => {
	it('has Chinese words for every kind of event that the server writes', () => {
		const sources = ['src/office/authoring', 'src/service/console'].map((folder) => path.resolve(__dirname, '../..', folder))
			.flatMap((folder) => readdirSync(folder).filter((file) => file.endsWith('.c')).map((file) => readFileSync(path.join(folder, file), 'utf8')));
		const kinds = new Set(sources.flatMap((source) => [...source.matchAll(/draft_event \w+ = \{[^}]*?\.what = "(\w+)"|draft_(?:save|put|step|delete|move)\w*\([^;]*?"(\w+)"/g)]).map(([, one, other]) => one ?? other));
		expect(kinds).toContain('rolled_back');
		expect(Object.keys(AUTHORING.events)).toEqual(expect.arrayContaining([...kinds]));
		expect(Object.values(AUTHORING.events).filter((words) => !/^\p{Script=Han}[\p{Script=Han}（）]*$/u.test(words))).toEqual([]);
	});
});

describe('rolling back by one key', () => {
	const told = (versions: number[], live = versions[0]) => ({ live: '', moves: versions.map((version, at) => ({ move: versions.length - at, version, hash: '', at: '', who: '', why: '', live: version === live, kept: true })) });
	const of = (versions: number[], live = versions[0]) => versionBefore(told(versions, live));

	it('leads to what was live when the live version first came, and so always further back', () => {
		expect([of([3, 2, 1]), of([2, 3, 2, 1]), of([1, 2, 3, 2, 1])]).toEqual([2, 1, null]);
		expect(of([4, 1, 3, 2, 1])).toBe(1); // not to what was rolled back from
	});

	it('leads to the last version where the folder was changed by hand, and nowhere where there is none', () => {
		expect([of([2, 1], 0), of([2, 1], 1), of([]), of([1])]).toEqual([2, 2, null, null]);
	});

	it('tells what is undone: what the live version is made of and the other one is not', () => {
		const undone = (versions: number[], to: number) => undoneBy(told(versions), to).map(({ version }) => version);
		expect([undone([3, 2, 1], 1), undone([3, 2, 1], 2), undone([2, 3, 2, 1], 1), undone([4, 1, 3, 2, 1], 1)]).toEqual([[3, 2], [3], [2], [4]]);
		expect([undone([2, 3, 2, 1], 3), undone([], 1), undone([1], 1)]).toEqual([[], [], []]);
	});

	it('is told from what went live for the first time', () => {
		const versions = told([2, 3, 2, 1]);
		expect(versions.moves.map((move) => isRollBack(versions, move))).toEqual([true, false, false, false]);
	});
});

describe('why a draft was written', () => {
	it('is what was said since the one before it ended, the latest first, each once', () => {
		const events = ([
			['submitted', '新说法'], ['saved', '新说法'], ['refused', '写清楚'], ['saved', ''], ['saved', '导入 a.docx'], ['published', '发布'], ['saved', '从前'],
		] as [Event['what'], string][]).map(([what, why], at) => ({ number: 9 - at, at: '', who: 'li', what, revision: 1, why, alone: false, version: null, changes: [] }));
		expect(reasonsOf(events).map(({ why }) => why)).toEqual(['新说法', '导入 a.docx']);
	});
});

describe('a draft that its author may approve', () => {
	it('is trivial and chooses alike', () => {
		const alone = (trivial: boolean, alike: boolean) => mayGoAlone({ trivial, chooses_alike: alike } as GateResult);
		expect([alone(true, true), alone(false, true), alone(true, false)]).toEqual([true, false, false]);
	});
});

describe('the view of a person', () => {
	it('is there only where the office has records', () => {
		const me = { name: 'li', may: ['look_up', 'read_record'], csrf: '', password: true, totp: false, office: '' };
		expect([true, false].map((records) => isView({ ...me, records }, 'person'))).toEqual([true, false]);
		expect(isView({ ...me, records: false }, 'desk')).toBe(true);
	});
});
