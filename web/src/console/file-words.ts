/* The words of the forms of the office's files. */

import type { Listed } from './authoring-protocol';

const NAMES: Record<string, string> = {
	golden: '验收问题', q: '问题', entry: '应答出的条目', case: '情形', outcome: '应有的结果',
	classes: '词类', cues: '口头话', synonyms: '同义词', word: '词', variants: '别的说法', fillers: '客套话', confusables: '形近字', right: '对的字', wrong: '错成的字',
	english: '英文和数字', phrase: '说法', denials: '否定的说法', opposites: '相反的说法', said: '说了', denies: '就不是',
	smalltalk: '寒暄', id: '标识', cue: '口头话', also: '说法', patterns: '识别规则', not: '反例', reply: '答复',
	name: '单位简称', system: '办理的事', title: '网页标题', welcome: '开头的话', examples: '猜你想问', contacts: '联系方式', kind: '类型', label: '名称', value: '内容', texts: '固定用语',
};

export const FILES: Record<string, { title: string; hint: string }> = {
	'golden.json': { title: '验收问题', hint: '必须一直答对的问题。有一句得不到原来的结果，就不能发布。' },
	'lexicon.json': { title: '词库', hint: '同义词、口头话、形近字。改一个词，许多条的答复可能跟着变，看“对答复的影响”。' },
	'smalltalk.json': { title: '寒暄', hint: '问好、道谢、再见一类的话怎么答。' },
	'office.json': { title: '单位信息和固定用语', hint: '网页的标题、开头的话、联系方式和固定答复。' },
};

/* What the office calls an entry, a topic or a file. */
export function titleOf({ kind, entry, question }: Listed): string {
	return kind === 'file' ? FILE.titleOf(entry) : question || entry;
}

export const FILE = {
	nameOf: (name: string) => NAMES[name] ?? name,
	titleOf: (file: string) => FILES[file]?.title ?? file,
	hintOf: (file: string) => FILES[file]?.hint ?? '',
	item: (name: string, number: number) => `${NAMES[name] ?? name}第${number}项`,
	count: (count: number) => `${count}项`,
	find: '找一项',
	shown: (shown: number, count: number) => (shown < count ? `共${count}项，列出${shown}项，用“找一项”找别的` : `共${count}项`),
	add: '加一项',
	addTo: (name: string) => `${NAMES[name] ?? name}：加一项`,
	newName: '新的名称',
	remove: '删去',
	removeOf: (what: string) => `删去${what}`,
	noEntry: '（没有）',
	json: '全部内容（JSON）',
	jsonHint: '上面没有的项在这里改，由懂 JSON 的人改。',
	jsonBad: '不是正确的 JSON 对象，暂时没有采用。',
	perLine: '一行一句。',
};
