export function writeGuide() {
  return '';
}
