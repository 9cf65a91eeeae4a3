//! The guest's allocator: an arena inside the initial memory first, then the standard one.
//!
//! A call lives for microseconds on a fresh instance. As long as it stays within the arena it grows no memory,
//! which would cost the host a system call; beyond it, memory is given back as usual.

#![expect(unsafe_code, reason = "a global allocator cannot be written without")]

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::alloc::System;

const SIZE: usize = 64 * 1024;

#[repr(align(16))]
struct Block(UnsafeCell<[u8; SIZE]>);

// SAFETY: a guest has one thread.
unsafe impl Sync for Block {}

static BLOCK: Block = Block(UnsafeCell::new([0; SIZE]));
static USED: AtomicUsize = AtomicUsize::new(0);

struct Arena;

#[global_allocator]
static ALLOCATOR: Arena = Arena;

fn start() -> usize {
    BLOCK.0.get() as usize
}

fn holds(pointer: *mut u8) -> bool {
    (pointer as usize).wrapping_sub(start()) < SIZE
}

/// True when nothing was taken from the arena after these `size` bytes.
fn is_last(pointer: *mut u8, size: usize) -> bool {
    pointer as usize + size == start() + USED.load(Ordering::Relaxed)
}

fn take(layout: Layout) -> Option<*mut u8> {
    let used = USED.load(Ordering::Relaxed).checked_next_multiple_of(layout.align())?;
    let end = used.checked_add(layout.size()).filter(|end| *end <= SIZE && layout.align() <= 16)?;
    USED.store(end, Ordering::Relaxed);
    Some(BLOCK.0.get().cast::<u8>().wrapping_add(used))
}

// SAFETY: every block is handed out once, aligned, and never beyond the arena; what the arena does not hold is the
// system allocator's.
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match take(layout) {
            Some(pointer) => pointer,
            // SAFETY: the caller's layout is handed on.
            None => unsafe { System.alloc(layout) },
        }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        if !holds(pointer) {
            // SAFETY: it came from the system allocator with this layout.
            unsafe { System.dealloc(pointer, layout) };
        } else if is_last(pointer, layout.size()) {
            USED.store(pointer as usize - start(), Ordering::Relaxed);
        }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if !holds(pointer) {
            // SAFETY: it came from the system allocator with this layout.
            return unsafe { System.realloc(pointer, layout, size) };
        }
        let offset = pointer as usize - start();
        if is_last(pointer, layout.size()) && offset + size <= SIZE {
            USED.store(offset + size, Ordering::Relaxed);
            return pointer;
        }
        if size <= layout.size() {
            return pointer;
        }
        // SAFETY: the alignment is unchanged and the caller keeps `size` within `isize`.
        let moved = unsafe { self.alloc(Layout::from_size_align_unchecked(size, layout.align())) };
        if !moved.is_null() {
            // SAFETY: both blocks hold at least the smaller of both sizes and do not overlap.
            unsafe { ptr::copy_nonoverlapping(pointer, moved, layout.size()) };
        }
        moved
    }
}
