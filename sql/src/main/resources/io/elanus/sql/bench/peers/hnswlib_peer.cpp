// The C++ reference of `elanus bench peers`: builds an hnswlib index over an fvecs file, then answers one request a
// line on standard input with one line on standard output, so that the caller decides who measures when.
//
//   peer BASE QUERY METRIC M EF_CONSTRUCTION THREADS SAVED
//                                         builds and saves, or loads SAVED ("-": neither), prints:
//                                         built CPU_SECONDS MEMORY_BYTES DISK_BYTES
//   search EF K THREADS SECONDS OUT       searches for that long, writes the hits to OUT (ivecs), prints:
//                                         QPS P50_US P99_US CPU_US
//
// Vectors are scaled to length one for cosine. Latencies are per query; CPU_US is processor time a query.
#include <hnswlib/hnswlib.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Vectors {
    int rows = 0;
    int dimension = 0;
    std::vector<float> values;

    const float* at(int row) const { return &values[static_cast<size_t>(row) * dimension]; }
};

Vectors read(const char* path, bool unit) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) {
        std::fprintf(stderr, "cannot read %s\n", path);
        std::exit(1);
    }
    const long bytes = file.tellg();
    Vectors vectors;
    file.seekg(0);
    file.read(reinterpret_cast<char*>(&vectors.dimension), 4);
    vectors.rows = static_cast<int>(bytes / (4L * (vectors.dimension + 1)));
    vectors.values.resize(static_cast<size_t>(vectors.rows) * vectors.dimension);
    file.seekg(0);
    for (int row = 0; row < vectors.rows; row++) {
        int dimension;
        float* vector = &vectors.values[static_cast<size_t>(row) * vectors.dimension];
        file.read(reinterpret_cast<char*>(&dimension), 4);
        file.read(reinterpret_cast<char*>(vector), 4L * vectors.dimension);
        if (unit) {
            double square = 0;
            for (int d = 0; d < vectors.dimension; d++) square += static_cast<double>(vector[d]) * vector[d];
            const float scale = square > 0 ? static_cast<float>(1 / std::sqrt(square)) : 0;
            for (int d = 0; d < vectors.dimension; d++) vector[d] *= scale;
        }
    }
    return vectors;
}

double threadCpuSeconds() {
    timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

struct Worker {
    std::vector<double> micros;
    double cpuSeconds = 0;
    double seconds = 0;

    void run(const hnswlib::HierarchicalNSW<float>& index, const Vectors& queries, int k, int first, double length) {
        const double cpu = threadCpuSeconds();
        const auto start = Clock::now();
        auto before = start;
        const auto end = start + std::chrono::duration<double>(length);
        int query = first * 31 % queries.rows;
        while (before < end) {
            index.searchKnn(queries.at(query), k);
            const auto now = Clock::now();
            micros.push_back(std::chrono::duration<double, std::micro>(now - before).count());
            before = now;
            query = query + 1 == queries.rows ? 0 : query + 1;
        }
        seconds = std::chrono::duration<double>(before - start).count();
        cpuSeconds = threadCpuSeconds() - cpu;
    }
};

void writeHits(hnswlib::HierarchicalNSW<float>& index, const Vectors& queries, int k, const char* path) {
    std::ofstream out(path, std::ios::binary);
    std::vector<int> line(k + 1);
    for (int query = 0; query < queries.rows; query++) {
        auto found = index.searchKnn(queries.at(query), k);
        std::fill(line.begin(), line.end(), -1);
        line[0] = k;
        for (int i = static_cast<int>(found.size()); i >= 1; i--) {
            line[i] = static_cast<int>(found.top().second);
            found.pop();
        }
        out.write(reinterpret_cast<char*>(line.data()), 4L * (k + 1));
    }
}

void search(hnswlib::HierarchicalNSW<float>& index, const Vectors& queries, const char* request) {
    int ef, k, threads;
    double seconds;
    char out[4096];
    if (std::sscanf(request, "search %d %d %d %lf %4095s", &ef, &k, &threads, &seconds, out) != 5) {
        std::printf("not understood\n");
        return;
    }
    index.setEf(ef);
    writeHits(index, queries, k, out);
    std::vector<Worker> workers(threads);
    std::vector<std::thread> running;
    for (int t = 0; t < threads; t++) {
        running.emplace_back([&, t] { workers[t].run(index, queries, k, t, seconds); });
    }
    for (auto& thread : running) thread.join();
    std::vector<double> micros;
    double qps = 0;
    double cpu = 0;
    for (const auto& worker : workers) {
        micros.insert(micros.end(), worker.micros.begin(), worker.micros.end());
        qps += worker.micros.size() / worker.seconds;
        cpu += worker.cpuSeconds;
    }
    std::sort(micros.begin(), micros.end());
    std::printf("%.1f %.1f %.1f %.2f\n", qps, micros[micros.size() / 2], micros[micros.size() * 99 / 100],
                cpu * 1e6 / micros.size());
}

// What a search reads, and a file holds: vectors, labels and links.
long bytes(const hnswlib::HierarchicalNSW<float>& index) {
    long sum = static_cast<long>(index.cur_element_count) * index.size_data_per_element_;
    for (size_t node = 0; node < index.cur_element_count; node++) {
        sum += static_cast<long>(index.element_levels_[node]) * index.size_links_per_element_;
    }
    return sum;
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 8) {
        std::fprintf(stderr, "usage: peer BASE QUERY METRIC M EF_CONSTRUCTION THREADS SAVED\n");
        return 1;
    }
    const bool cosine = !std::strcmp(arguments[3], "cosine");
    const bool product = cosine || !std::strcmp(arguments[3], "ip");
    const Vectors base = read(arguments[1], cosine);
    const Vectors queries = read(arguments[2], cosine);
    const int m = std::atoi(arguments[4]);
    const int efConstruction = std::atoi(arguments[5]);
    const int threads = std::atoi(arguments[6]);
    std::unique_ptr<hnswlib::SpaceInterface<float>> space;
    if (product) {
        space.reset(new hnswlib::InnerProductSpace(base.dimension));
    } else {
        space.reset(new hnswlib::L2Space(base.dimension));
    }
    std::unique_ptr<hnswlib::HierarchicalNSW<float>> index;
    const std::clock_t before = std::clock();
    const std::string saved = arguments[7];
    double seconds = 0;
    if (saved != "-" && std::ifstream(saved)) {
        index.reset(new hnswlib::HierarchicalNSW<float>(space.get(), saved));
        std::ifstream(saved + ".built") >> seconds;
    } else {
        index.reset(new hnswlib::HierarchicalNSW<float>(space.get(), base.rows, m, efConstruction));
        index->addPoint(base.at(0), 0);
        std::vector<std::thread> running;
        for (int t = 0; t < threads; t++) {
            running.emplace_back([&, t] {
                for (int row = 1 + t; row < base.rows; row += threads) index->addPoint(base.at(row), row);
            });
        }
        for (auto& thread : running) thread.join();
        seconds = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
        if (saved != "-") {
            index->saveIndex(saved);
            std::ofstream(saved + ".built") << seconds;
        }
    }
    std::printf("built %.2f %ld %ld\n", seconds, bytes(*index), bytes(*index));
    std::fflush(stdout);
    std::string line;
    char buffer[8192];
    while (std::fgets(buffer, sizeof buffer, stdin)) {
        search(*index, queries, buffer);
        std::fflush(stdout);
    }
    return 0;
}
