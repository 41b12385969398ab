import { describe, expect, it } from 'vitest';
import { contactHref, pieces } from '../src/links';
import { withoutNumbers } from '../src/masking';
import { batch, mayBeSuggested, questionsOf, spokenTo } from '../src/office';
import { pointerWords, read, textOf } from '../src/reading';
import { WORDS } from '../src/words';

const words = WORDS['zh-CN'];

describe('text', () => {
	it('has its addresses and telephone numbers as links, and nothing of the words around them', () => {
		expect(pieces('见http://www.coc.gov.cn。电话0371-65250866，手机13800138000')).toEqual([
			{ text: '见' }, { text: 'http://www.coc.gov.cn', href: 'http://www.coc.gov.cn' }, { text: '。电话' },
			{ text: '0371-65250866', href: 'tel:0371-65250866' }, { text: '，手机' },
			{ text: '13800138000', href: 'tel:13800138000' },
		]);
	});

	it('makes no link of a script, of a mark at the end or of part of a longer number', () => {
		expect(pieces('javascript:alert(1)')).toEqual([{ text: 'javascript:alert(1)' }]);
		expect(pieces('http://a.cn/x.')[0]).toEqual({ text: 'http://a.cn/x', href: 'http://a.cn/x' });
		expect(pieces('110105194912310020')).toEqual([{ text: '110105194912310020' }]);
	});

	it('has telephone numbers in every way of writing them, and nothing else that is made of digits', () => {
		const dialled = (text: string) => pieces(text).map(({ href }) => href).filter(Boolean);
		expect(dialled('（0371）65250866')).toEqual(['tel:0371-65250866']);
		expect(dialled('(0371) 65250866')).toEqual(['tel:0371-65250866']);
		expect(dialled('0371－65250866')).toEqual(['tel:0371-65250866']);
		expect(dialled('0371 65250866')).toEqual(['tel:0371-65250866']);
		expect(dialled('400 123 4567')).toEqual(['tel:400-123-4567']);
		expect(dialled('豫建安A(2020)0001234，受理号037165250866，2027-01-01')).toEqual([]);
	});

	it('of a contact is a link only where that opens a page or a call', () => {
		const href = (kind: string, value: string) => contactHref({ kind, label: '', value });
		expect(href('url', 'https://a.cn/办事?x=1')).toBe('https://a.cn/办事?x=1');
		expect(href('phone', '12345')).toBe('tel:12345');
		expect(href('phone', '0371-65250866')).toBe('tel:0371-65250866');
		expect(href('phone', '+86 371 65250866')).toBe('tel:+86-371-65250866');
		for (const value of ['javascript:alert(1)', ' javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'data:text/html,x', 'vbscript:x',
			'//a.cn', 'mailto:a@a.cn', 'http:', 'http://a.cn x', 'java\nscript:http://a.cn'])
			for (const kind of ['url', 'phone', 'qq', 'address', 'hours'])
				expect(href(kind, value), `${kind} ${value}`).toBeUndefined();
		expect(href('qq', '1092242364')).toBeUndefined();
		expect(href('phone', '0371-65250866（上班时间）')).toBeUndefined();
	});

	it('is kept without its numbers where the server did not take it', () => {
		expect(withoutNumbers('豫建安A(2020)0001234 过期')).toBe('豫建安［已隐去］ 过期');
		expect(withoutNumbers('照片 2020 年')).toBe('照片 2020 年');
	});
});

describe('an answer', () => {
	const cases = [
		{ id: '1', situation: '甲', verdict: 'excluded' as const },
		{ id: '2', situation: '乙', verdict: 'applies' as const },
	];

	it('leads with what applies', () => {
		const reading = read({ entry: 'x', cases, case: '1' });
		expect(reading.leads.map(({ id }) => id)).toEqual(['2']);
		expect(reading.named).toBeUndefined();
	});

	it('points at what the message gave away while nothing better is known', () => {
		const open = cases.map((one) => ({ ...one, verdict: 'unknown' as const }));
		expect(read({ entry: 'x', cases: open, case: '1' }).named?.id).toBe('1');
		expect(read({ entry: 'x', cases: open, case: null }).judged).toBe(false);
	});

	it('is copied with its number, its cases and its receipt', () => {
		const answer = { entry: 'x', number: 7, question: '问', answer: '请排查：',
			cases: [{ id: '1', label: '情形1', situation: '甲。', advice: '办。' }] };
		expect(textOf({ outcome: 'answer', answers: [answer], receipt: 'A7KQ-2M9X' }, [], words))
			.toBe('第7条 问\n请排查：\n情形1：甲。\n建议：办。\n\n凭证号 A7KQ-2M9X');
		expect(textOf({ outcome: 'decline', text: '没有收录。' }, [], words)).toBe('没有收录。');
	});
});

describe('an answer with a verdict', () => {
	const todo = [{ what: '申请重新考试。', who: '您本人', where: '业务系统', from: '2025-05-06', until: null }, { what: '等待通知。', derived: true }];
	const lead = { id: '2', label: '情形2', situation: '成绩作废。', advice: '重考。', verdict: 'applies' as const, because: '成绩已满2年。', todo };
	const other = { id: '1', label: '情形1', situation: '已有证书。', advice: '不用考。', verdict: 'excluded' as const, because: '没有证书。' };
	const answer = { entry: 'x', number: 7, question: '问', answer: '请排查：', cases: [other, lead] };

	it('is copied as the page shows it: verdict, reason, next steps, then the office\'s words', () => {
		expect(textOf({ outcome: 'answer', answers: [answer], receipt: 'A7KQ-2M9X' }, [], words)).toBe([
			'第7条 问', '',
			'符合您的情况', '情形2：成绩作废。', '成绩已满2年。', '接下来',
			'1. 申请重新考试。', '由谁办理 您本人', '办理渠道 业务系统', '办理时间 2025-05-06起可以办理', '2. 提示（非常见问题原文）：等待通知。', '',
			'请排查：',
			'情形1（不符合）：已有证书。', '判断依据：没有证书。', '建议：不用考。',
			'情形2（符合）：成绩作废。', '判断依据：成绩已满2年。', '建议：重考。', '',
			'凭证号 A7KQ-2M9X',
		].join('\n'));
	});

	it('is copied with what the page says where no case applies', () => {
		const text = textOf({ outcome: 'answer', answers: [{ ...answer, cases: [other] }] }, [], words);
		expect(text).toContain([
			'第7条 问', '',
			'按目前掌握的信息，这一条说的情况您都不符合。', '',
			'问题还没解决的话，请点上方“转人工”咨询。', '',
			'常见问题里的统一答复', '请排查：', '情形1（不符合）：已有证书。',
		].join('\n'));
	});

	it('is copied with what was judged where the office printed no cases', () => {
		const claim = { id: 'a', label: '已超龄', verdict: 'unknown' as const, because: '没有查到生日。' };
		expect(textOf({ outcome: 'answer', answers: [{ ...answer, cases: [claim] }] }, [], words))
			.toBe('第7条 问\n\n已超龄（还不能判断）\n判断依据：没有查到生日。\n\n解答原文\n请排查：');
	});

	it('is copied with the day that changes it, and with the entry that is about the person', () => {
		const claim = { id: '1', label: '可以延续', verdict: 'excluded' as const, because: '已于2026-11-24到期。',
			instead: { entry: 'y', number: 11, question: '过期了还能延续吗' } };
		const valid = { id: '1', label: '可以延续', verdict: 'applies' as const, because: '有效期至2026-12-05。',
			changes: { on: '2026-12-06', verdict: 'excluded' as const } };
		const copied = (one: object) => textOf({ outcome: 'answer', answers: [{ ...answer, cases: [one as typeof valid] }] }, [], words);
		expect(copied(claim)).toContain('可以延续（不符合）\n判断依据：已于2026-11-24到期。\n您的情况请看：第11条 过期了还能延续吗\n');
		expect(copied(valid)).toContain('可以延续\n有效期至2026-12-05。\n从2026-12-06起，这一条会变为“不符合”。\n');
	});

	it('is copied with whom to ask where none of it fits, and the FAQ\'s words as what it answers everybody', () => {
		const claim = { id: 'a', label: '已超龄', verdict: 'excluded' as const, because: '您50岁。' };
		const contacts = [{ kind: 'url', label: '网站', value: 'http://a.cn' }, { kind: 'phone', label: '电话', value: '12345' }];
		expect(textOf({ outcome: 'answer', answers: [{ ...answer, cases: [claim] }] }, contacts, words)).toBe([
			'第7条 问', '',
			'按目前掌握的信息，这一条说的情况您都不符合。', '',
			'已超龄（不符合）', '判断依据：您50岁。', '',
			'问题还没解决的话，请联系工作人员咨询：', '电话 12345', '',
			'常见问题里的统一答复', '请排查：',
		].join('\n'));
	});
});

describe('a case that is named', () => {
	const cases = [{ id: '2', label: '情形2', situation: '乙' }];
	it('was asked for where the person pointed at it, and else is only likely', () => {
		expect(pointerWords(read({ entry: 'x', cases, case: '2', by: 'choice' }), words)).toBe('您问的是情形2：');
		expect(pointerWords(read({ entry: 'x', cases, case: '2', by: 'search' }), words)).toBe('您说的更像情形2：');
	});
});

describe('who is asked', () => {
	const phone = { kind: 'phone', label: '电话', value: '12345' };
	const wechat = { kind: 'wechat', label: '公众号', value: '某办' };
	const address = { kind: 'address', label: '地址', value: '一楼' };

	it('is whoever can be spoken to, and else what there is', () => {
		expect(spokenTo([address, wechat, phone])).toEqual([wechat, phone]);
		expect(spokenTo([address])).toEqual([address]);
		expect(spokenTo([])).toEqual([]);
	});
});

describe('what the page offers', () => {
	const office = { title: '', welcome: '', contacts: [], examples: ['例'] };

	it('is what is really asked, and examples where nobody asked yet', () => {
		expect(questionsOf({ ...office, popular: ['热'] })).toEqual(['热']);
		expect(questionsOf({ ...office, popular: [] })).toEqual(['例']);
	});

	it('changes batch by batch and comes round', () => {
		const questions = ['1', '2', '3', '4', '5'];
		expect(batch(questions, 0, 3)).toEqual(['1', '2', '3']);
		expect(batch(questions, 1, 3)).toEqual(['4', '5', '1']);
		expect(batch(['1', '2'], 1, 3)).toEqual(['1', '2']);
	});

	it('suggests for 2 to 20 characters of one line', () => {
		expect(mayBeSuggested('照')).toBe(false);
		expect(mayBeSuggested('照片')).toBe(true);
		expect(mayBeSuggested('照'.repeat(20))).toBe(true);
		expect(mayBeSuggested('照'.repeat(21))).toBe(false);
		expect(mayBeSuggested('系统提示\n确定')).toBe(false);
	});
});
