/* Looks for the number that solves the puzzle of a sign-up form (newsletters/proof_of_work.py), apart from the page, which
   stays at hand meanwhile. The hashes of a batch are asked for together: waiting for each would take most of the time. */

const BATCH = 250;

onmessage = async ({ data: { shown, email, difficulty } }) => {
  const words = new TextEncoder();
  const hash = (number) => crypto.subtle.digest("SHA-256", words.encode(`${shown}|${email}|${number}`));
  for (let first = 0; ; first += BATCH) {
    const hashes = await Promise.all(Array.from({ length: BATCH }, (_, more) => hash(first + more)));
    const found = hashes.findIndex((each) => new DataView(each).getUint32(0) * difficulty < 2 ** 32);
    if (found >= 0) {
      postMessage(first + found);
      return;
    }
  }
};
