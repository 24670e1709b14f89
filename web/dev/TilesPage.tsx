export default function TilesPage() { return null; }
