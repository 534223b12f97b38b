// Numbers in sentences, by the rules of a language (CLDR, as the browser knows them).

/** Words with their number: "1 image", "2 images". French counts 0 as one, Japanese has one form. */
export function counter(locale: string): (n: number, one: string, many: string) => string {
    const rules = new Intl.PluralRules(locale);
    const figures = new Intl.NumberFormat(locale);
    return (n, one, many) => `${figures.format(n)} ${rules.select(n) === 'one' ? one : many}`;
}

/** Measured values with four digits that count, ungrouped. */
export function numbers(locale: string): (value: number) => string {
    const figures = new Intl.NumberFormat(locale, { maximumSignificantDigits: 4, useGrouping: false });
    return (value) => figures.format(value);
}

/** What a phantom's form asks: "sphere_activity_mbq" is the field "activity_mbq" of the spheres. */
export function fieldWords(name: string, fields: Record<string, string>, spheres: string, background: string): string {
    const [, part, field] = /^(sphere_|background_)?(.*)$/.exec(name) ?? [];
    const words = fields[field ?? ''] ?? name;
    return part === 'sphere_' ? spheres + words : part === 'background_' ? background + words : words;
}

export const count = counter('en-GB');
