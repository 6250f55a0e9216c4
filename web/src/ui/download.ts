/** Gives the user a file that the page has in hand. */
export function download(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  // The browser has its own hold on the file by the next turn.
  setTimeout(() => URL.revokeObjectURL(link.href))
}
