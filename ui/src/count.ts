/** "1 image", "2 images". */
export function count(n: number, one: string, many: string): string {
    return `${n} ${n === 1 ? one : many}`;
}
