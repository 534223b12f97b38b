// A QR code, for the camera of a phone.

import { encode } from 'uqr';

export function QrCode({ text, label }: { text: string; label: string }) {
    const { size, data } = encode(text, { border: 3 });
    const dark = data.flatMap((row, y) => row.map((on, x) => (on ? `M${x} ${y}h1v1h-1z` : ''))).join('');
    return (
        <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
            <rect width={size} height={size} fill="#fff" />
            <path d={dark} fill="#000" />
        </svg>
    );
}
