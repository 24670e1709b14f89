//! Storage with stable keys: what the engine holds lies in vectors, and a key stays good or turns out to be gone, never
//! another's.

/// The place of an entry, and how often that place was used.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Key {
    index: u32,
    generation: u32,
}

#[derive(Debug)]
struct Place<T> {
    generation: u32,
    entry: Option<T>,
}

/// Entries by key.
#[derive(Debug)]
pub(crate) struct Slab<T> {
    places: Vec<Place<T>>,
    free: Vec<u32>,
    /// Counts insertions, so that no two entries ever have the same key.
    insertions: u32,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self { places: Vec::new(), free: Vec::new(), insertions: 0 }
    }
}

impl<T> Slab<T> {
    /// Adds an entry.
    pub(crate) fn insert(&mut self, entry: T) -> Key {
        let generation = self.insertions;
        self.insertions = generation.wrapping_add(1);
        let place = Place { generation, entry: Some(entry) };
        if let Some(index) = self.free.pop()
            && let Some(free) = self.places.get_mut(index as usize)
        {
            *free = place;
            return Key { index, generation };
        }
        let index = self.places.len() as u32;
        self.places.push(place);
        Key { index, generation }
    }

    /// Takes an entry out.
    pub(crate) fn remove(&mut self, key: Key) -> Option<T> {
        let place = self.places.get_mut(key.index as usize).filter(|place| place.generation == key.generation)?;
        let entry = place.entry.take()?;
        self.free.push(key.index);
        // What a crowd once needed is returned when all have gone.
        if self.free.len() == self.places.len() {
            self.places = Vec::new();
            self.free = Vec::new();
        }
        Some(entry)
    }

    /// The entry of a key.
    #[inline]
    pub(crate) fn get(&self, key: Key) -> Option<&T> {
        let place = self.places.get(key.index as usize)?;
        if place.generation != key.generation {
            return None;
        }
        place.entry.as_ref()
    }

    /// The entry of a key.
    #[inline]
    pub(crate) fn get_mut(&mut self, key: Key) -> Option<&mut T> {
        let place = self.places.get_mut(key.index as usize)?;
        if place.generation != key.generation {
            return None;
        }
        place.entry.as_mut()
    }

    /// Entries held.
    pub(crate) fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    /// Memory of the places in bytes.
    pub(crate) fn memory(&self) -> usize {
        self.places.capacity() * size_of::<Place<T>>() + self.free.capacity() * size_of::<u32>()
    }

    /// All entries.
    pub(crate) fn values(&self) -> impl Iterator<Item = &T> {
        self.places.iter().filter_map(|place| place.entry.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_key_finds_nothing() {
        let mut slab = Slab::default();
        let first = slab.insert("a");
        assert_eq!(slab.remove(first), Some("a"));
        let second = slab.insert("b");
        assert_eq!((slab.get(first), slab.get(second)), (None, Some(&"b")));
        assert_eq!((slab.remove(first), slab.len()), (None, 1));
    }
}
