/* What of one's own account needs no page. */

import { describe, expect, it } from 'vitest';
import { codeIn, inFours, passwordFault, qrOf } from '../src/console/account';

describe('one\'s own account', () => {
	it('shows the secret in groups of four', () => {
		expect(inFours('JBSWY3DPEHPK3PXP')).toBe('JBSW Y3DP EHPK 3PXP');
		expect(inFours('ABCDEFGHI')).toBe('ABCD EFGH I');
	});

	it('takes six digits, however they are spaced or wide', () => {
		expect(['123456', ' 123 456 ', '１２３４５６', '12345', '1234567', 'abcdef', ''].map(codeIn)).toEqual(['123456', '123456', '123456', '', '', '', '']);
	});

	it('counts a password in characters', () => {
		expect(passwordFault('密'.repeat(4) + '码'.repeat(6), '王晓')).toBeUndefined();
		expect(passwordFault('😀'.repeat(5) + '😁'.repeat(4), '王晓')).toBe('short');
		expect(passwordFault('aaaaaaaaaaaa', '王晓')).toBe('same');
		expect(passwordFault('my ZHANG is here', 'zhang')).toBe('named');
	});

	/* ISO/IEC 18004: version 1 has 21 modules a side, each version 4 more; 4 of quiet zone; finder patterns of 7 in three corners. */
	it('draws a QR code with its finder patterns inside the quiet zone', () => {
		const { size, path } = qrOf('otpauth://totp/Dayi:zhang?secret=JBSWY3DPEHPK3PXP&issuer=Dayi');
		const dark = new Set([...path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)].map(([, x, y]) => `${x} ${y}`));
		const row = (x: number, y: number) => Array.from({ length: 8 }, (_, i) => (dark.has(`${x + i} ${y}`) ? '#' : '.')).join('');
		expect((size - 8 - 21) % 4).toBe(0);
		expect([row(4, 4), row(4, 5), row(4, 6), row(4, 11)]).toEqual(['#######.', '#.....#.', '#.###.#.', '........']);
		expect([row(size - 12, 4), row(4, size - 5)]).toEqual(['.#######', '#######.']);
		expect(dark.has('3 4') || dark.has('4 3')).toBe(false);
	});
});
