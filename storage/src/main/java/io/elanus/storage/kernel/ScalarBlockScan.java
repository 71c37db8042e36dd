package io.elanus.storage.kernel;

import java.util.Arrays;

/// The scan in plain Java: the twin that the other is tested against, and what runs where vectors have no hardware.
final class ScalarBlockScan implements BlockScan {
    private static void add(long table, int groups, long codes, float weight, float[] sums) {
        for (int group = 0; group < groups; group++) {
            long entries = table + TABLE_ENTRIES + (long) group * GROUP_BYTES;
            long at = codes + (long) group * GROUP_BYTES;
            for (int i = 0; i < 8; i++) {
                int even = NativeMemory.byteAt(at + 2L * i);
                int odd = NativeMemory.byteAt(at + 2L * i + 1);
                sums[i] += weight * entry(entries, even);
                sums[8 + i] += weight * entry(entries, odd);
                sums[16 + i] += weight * entry(entries, even >> 4);
                sums[24 + i] += weight * entry(entries, odd >> 4);
            }
        }
    }

    private static int entry(long entries, int code) {
        return NativeMemory.byteAt(entries + (code & 15)) & 0xFF;
    }

    @Override
    public int estimates(long table, Planes planes, long block, float base, float limit, float[] estimates) {
        Arrays.fill(estimates, 0, LANES, 0);
        for (int plane = 0; plane < planes.bits(); plane++) {
            long codes = block + TERM_BYTES + plane * BlockScan.codeBytes(planes.groups());
            add(table, planes.groups(), codes, 1f / (1 << plane), estimates);
        }
        float scale = NativeMemory.floatAt(table);
        float bias = NativeMemory.floatAt(table + 4) * planes.biasWeight();
        int below = 0;
        for (int lane = 0; lane < LANES; lane++) {
            float added = NativeMemory.floatAt(block + lane * 4L);
            float factor = NativeMemory.floatAt(block + (LANES + lane) * 4L);
            float estimate = Math.fma(factor, Math.fma(estimates[lane], scale, bias), base + added);
            estimates[lane] = estimate;
            below |= estimate < limit ? 1 << lane : 0;
        }
        return below;
    }
}
