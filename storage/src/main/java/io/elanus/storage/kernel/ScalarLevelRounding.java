package io.elanus.storage.kernel;

import io.elanus.storage.kernel.BlockScan.Planes;

/// One element at a time.
record ScalarLevelRounding() implements LevelRounding {
    @Override
    public float square(long base, long vector, Planes planes) {
        float sum = 0;
        for (int d = 0; d < planes.groups() * SignTable.GROUP; d++) {
            float step = NativeMemory.floatAt(vector + d * 4L) - NativeMemory.floatAt(base + d * 4L);
            sum = Math.fma(step, step, sum);
        }
        return sum;
    }

    @Override
    public void round(long base, long vector, float perStep, Planes planes, long block, int lane, float[] products) {
        int bits = planes.bits();
        float half = 1 << (bits - 1);
        float product = 0;
        float baseProduct = 0;
        for (int d = 0; d < planes.groups() * SignTable.GROUP; d++) {
            float own = NativeMemory.floatAt(base + d * 4L);
            float step = NativeMemory.floatAt(vector + d * 4L) - own;
            int code = Math.clamp((int) Math.fma(step, perStep, half), 0, (1 << bits) - 1);
            float level = (code + (0.5f - half)) * LevelRounding.unit(bits);
            product = Math.fma(level, step, product);
            baseProduct = Math.fma(level, own, baseProduct);
            put(code, d, planes, block + BlockScan.TERM_BYTES, lane);
        }
        products[0] = product;
        products[1] = baseProduct;
    }

    /// A bit to each plane, the highest first.
    private static void put(int code, int d, Planes planes, long codes, int lane) {
        for (int plane = 0; plane < planes.bits(); plane++) {
            int bit = code >>> (planes.bits() - 1 - plane) & 1;
            BlockScan.putCode(
                    codes + plane * BlockScan.codeBytes(planes.groups()),
                    d / SignTable.GROUP,
                    lane,
                    bit << d % SignTable.GROUP);
        }
    }
}
