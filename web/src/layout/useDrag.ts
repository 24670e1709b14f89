// Dragging with a pointer: how far, while it lasts, and how far in all. A press that hardly moves is no drag, so that clicks stay clicks.
import { useRef, useState, type PointerEvent } from 'react';
import type { Stroke } from './swipe';

const SLOP_PX = 6;

interface Grip {
  pointer: number;
  x: number;
  y: number;
  moving: boolean;
}

export interface Drag {
  /** Undefined while nothing is dragged. */
  stroke: Stroke | undefined;
  handlers: Record<'onPointerDown' | 'onPointerMove' | 'onPointerUp' | 'onPointerCancel', (event: PointerEvent) => void>;
}

interface Wanted {
  /** Whether a press there begins a drag; undefined for no drags at all. */
  begins: ((event: PointerEvent) => boolean) | undefined;
  onDrop: (stroke: Stroke) => void;
}

export function useDrag({ begins, onDrop }: Wanted): Drag {
  const grip = useRef<Grip | undefined>(undefined);
  const [stroke, setStroke] = useState<Stroke | undefined>();
  const end = () => {
    grip.current = undefined;
    setStroke(undefined);
  };
  return {
    stroke: begins === undefined ? undefined : stroke,
    handlers: {
      onPointerDown: (event) => {
        if (!event.isPrimary || event.button !== 0 || begins?.(event) !== true) return;
        grip.current = { pointer: event.pointerId, x: event.clientX, y: event.clientY, moving: false };
        // A fast mouse leaves a small picture at once; a finger is held by what it touched anyway.
        if (event.pointerType !== 'touch') event.currentTarget.setPointerCapture(event.pointerId);
      },
      onPointerMove: ({ pointerId, clientX, clientY }) => {
        const { current } = grip;
        if (current?.pointer !== pointerId) return;
        const moved = { dx: clientX - current.x, dy: clientY - current.y };
        if (!current.moving && Math.hypot(moved.dx, moved.dy) < SLOP_PX) return;
        current.moving = true;
        setStroke(moved);
      },
      onPointerUp: ({ pointerId, clientX, clientY }) => {
        const { current } = grip;
        if (current?.pointer !== pointerId) return;
        end();
        if (current.moving) onDrop({ dx: clientX - current.x, dy: clientY - current.y });
      },
      onPointerCancel: end,
    },
  };
}
