/* Files of the office as their form works on them, and entries that two made at once. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { channelName } from '../src/console/channel-name';
import { newEdit, renumbered } from '../src/console/edits';
import type { Raw } from '../src/console/entry-form';
import { emptyItem, holds, isOpen, namesOf, objectIn, shapeOf, shownOf, valueOf, withKnown } from '../src/console/file-form';
import { isSentBack } from '../src/console/EntryList';
import { FILE, FILES } from '../src/console/file-words';
import { idOf } from '../src/console/FormField';

const read = (file: string) => JSON.parse(readFileSync(path.resolve(__dirname, '../../knowledge', file), 'utf8')) as Raw;

describe('a file of the office', () => {
	it('is a form by the shapes of its values', () => {
		const lexicon = read('lexicon.json');
		expect(['classes', 'synonyms', 'fillers'].map((name) => shapeOf(lexicon[name]))).toEqual(['object', 'list', 'lines']);
		expect([shapeOf('甲'), shapeOf([]), shapeOf(1), shapeOf([1]), shapeOf(null)]).toEqual(['text', 'lines', 'other', 'other', 'other']);
	});

	it('names every member of every file in Chinese, and not the schema', () => {
		for (const file of Object.keys(FILES)) {
			const names = namesOf(read(file));
			expect(names).not.toContain('$schema');
			expect(names.filter((name) => FILE.nameOf(name) === name), file).toEqual([]);
		}
	});

	describe.each(Object.keys(FILES))('as the schema of %s has it', (file) => {
		interface Member { type: string; items?: { type: string; properties?: Raw }; properties?: Raw }
		const schema = read(`schema/${file.replace('.json', '.schema.json')}`) as { properties: Record<string, Member>; required?: string[] };
		const members = Object.entries(schema.properties).filter(([name, { type }]) => name !== '$schema' && type !== 'boolean');
		const known = FILE.known(file);
		const shapes: Record<string, string> = { string: 'text', object: 'object', 'array of string': 'lines', 'array of object': 'list' };

		it('knows every member, its shape, and whether it may be left out', () => {
			const optional = (name: string) => !schema.required?.includes(name);
			expect(Object.keys(known)).toEqual(members.map(([name]) => name));
			expect(Object.entries(known).map(([name, one]) => [name, one.shape, !!one.optional]))
				.toEqual(members.map(([name, { type, items }]) => [name, shapes[items ? `${type} of ${items.type}` : type], optional(name)]));
		});

		it('knows what is in them', () => {
			for (const [name, { items, properties }] of members) {
				expect(Object.keys(items?.properties ?? {}), name).toEqual(expect.arrayContaining(Object.keys(known[name]?.item ?? {})));
				expect(Object.keys(known[name]?.members ?? {}).sort(), name).toEqual(Object.keys(properties ?? {}).sort());
			}
		});
	});

	it('shows all of an office that has imported nothing but its name', () => {
		const office: Raw = { $schema: 's', name: '小青', contacts: [] };
		const known = FILE.known('office.json');
		expect(shownOf(office, known)).toEqual(['name', 'system', 'title', 'welcome', 'examples', 'contacts', 'texts']);
		expect(shapeOf(valueOf(office, 'contacts', known['contacts']), known['contacts'])).toBe('list');
		expect([valueOf(office, 'welcome', known['welcome']), valueOf(office, 'examples', known['examples'])]).toEqual(['', []]);
		expect(emptyItem([], known['contacts'])).toEqual({ kind: 'phone', label: '', value: '' });
	});

	it('leaves out what is emptied, and puts what is new in its place', () => {
		const known = FILE.known('office.json');
		const office: Raw = { $schema: 's', name: '小青', contacts: [] };
		const changed = withKnown(office, 'welcome', '您好', known);
		expect(Object.keys(changed)).toEqual(['$schema', 'name', 'welcome', 'contacts']);
		expect(withKnown(changed, 'welcome', '', known)).toEqual(office);
		expect(withKnown(office, 'name', '', known)).toEqual({ ...office, name: '' });
		expect(withKnown({ 新: ['一'] }, '新', [], {})).toEqual({ 新: [] });
	});

	it('takes another name where all values are alike', () => {
		expect(isOpen({ 甲: ['一'], 乙: [] })).toBe(true);
		expect(isOpen({ said: ['一'], word: '乙' })).toBe(false);
		expect(isOpen({})).toBe(false);
	});

	it('gives a new item what most others have', () => {
		expect(emptyItem([{ q: '甲', entry: 'a' }, { q: '乙', outcome: 'decline' }, { q: '丙', entry: 'a', case: '2' }])).toEqual({ q: '', entry: '' });
		expect(emptyItem([{ word: '照片', variants: ['相片'] }])).toEqual({ word: '', variants: [] });
		expect(emptyItem([])).toEqual({});
	});

	it('is found by any of its words', () => {
		expect(holds({ word: '照片', variants: ['相片'] }, '相')).toBe(true);
		expect(holds({ word: 'Win7' }, 'win')).toBe(true);
		expect(holds({ word: '照片' }, '成绩')).toBe(false);
	});

	it('is a JSON object or nothing', () => {
		expect(objectIn('{"a":1}')).toEqual({ a: 1 });
		for (const text of ['', '[]', 'null', '{', '1'])
			expect(objectIn(text)).toBeNull();
	});
});

describe('a new entry whose id somebody took meanwhile', () => {
	const fresh = newEdit('answer', 'anguan', ['entry-13'], [13]);

	it('gets the next id and number', () => {
		expect(fresh.entry).toBe('entry-14');
		const other = renumbered(fresh, ['entry-13', 'entry-14'], [13, 14]);
		expect([other?.entry, other?.members['id'], other?.members['number']]).toEqual(['entry-15', 'entry-15', 15]);
	});

	it('keeps a number that is still free, and an id that a person chose', () => {
		expect(renumbered({ ...fresh, members: { ...fresh.members, number: 40 } }, ['entry-14'], [14])?.members['number']).toBe(40);
		expect(renumbered({ ...fresh, entry: 'card-lost' }, ['card-lost'], [14])).toBeNull();
	});

	it('gets another id as a topic, too, which has no number', () => {
		const topic = newEdit('referral', null, [], []);
		const other = renumbered(topic, ['topic-1'], []);
		expect([other?.entry, other && 'number' in other.members]).toEqual(['topic-2', false]);
	});
});

describe('the channel of a question', () => {
	it('has a name, and that of a key that is called as a platform too', () => {
		expect(channelName('web')).toBe('网页聊天');
		expect(channelName('key:web')).toBe('接口“web”');
		expect(channelName('小程序')).toBe('小程序');
	});
});

describe('a field of a file', () => {
	it('has an id of its own whatever its name', () => {
		expect(idOf('classes.旧')).not.toBe(idOf('classes.新'));
		expect(idOf('cases[1].pick')).toBe('f-cases-1-pick');
	});

	it('is no chosen one for a name that every object has', () => {
		expect(FILE.nameOf('constructor')).toBe('constructor');
		expect(FILE.titleOf('toString')).toBe('toString');
	});
});

describe('a draft that was sent back', () => {
	const draft = { state: 'draft', change: 'changed', revision: 2, by: 'zhao', authors: ['li'], at: '2026-11-30T06:00:00Z', valid: true, mine: true } as const;

	it('was touched last by who is none of its authors', () => {
		expect(isSentBack({ ...draft, authors: ['li'] })).toBe(true);
		expect(isSentBack({ ...draft, authors: ['li'], by: 'li' })).toBe(false);
		expect(isSentBack({ ...draft, authors: ['li'], state: 'approved' })).toBe(false);
	});
});
