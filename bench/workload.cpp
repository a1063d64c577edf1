#include "bench/workload.hpp"

#include <array>

namespace assay {

namespace {

using enum Operation;
using enum Pattern;

constexpr auto workloads = std::to_array<Workload>({
    {Family::storage, "random-read", "random reads, uniform over the span", read, random, 100},
    {Family::storage, "random-write", "random writes, uniform over the span", write, random, 0},
    {Family::storage, "write-fdatasync", "sequential write, then fdatasync, as a write-ahead log",
     write, sequential, 0, Durability::fdatasync},
    {Family::storage, "write-dsync", "sequential write with O_DSYNC, as a write-ahead log", write,
     sequential, 0, Durability::dsync},
    {Family::storage, "sequential-read", "one stream of reads in ascending order", read, sequential,
     100},
    {Family::storage, "sequential-write", "one stream of writes in ascending order", write,
     sequential, 0},
    {Family::storage, "random-mixed-70-30", "random, 70 % reads and 30 % writes", mixed, random,
     70},
    {Family::storage, "random-mixed", "random reads and writes in the share that the suite says",
     mixed, random, 0},
    {Family::storage, "zipf-read", "random reads, few blocks far more often than the others", read,
     zipf, 100},
    {Family::storage, "zipf-write", "random writes, few blocks far more often than the others",
     write, zipf, 0},
    {Family::storage, "full-coverage-read", "random reads, each block once before any twice", read,
     full_coverage, 100},
    {Family::storage, "full-coverage-write", "random writes, each block once before any twice",
     write, full_coverage, 0},
    {Family::memory, "read", "sum of one array: 8 B of traffic an element"},
    {Family::memory, "dot", "sum of a[i] * b[i]: 16 B of traffic an element"},
    {Family::memory, "write", "one array overwritten with new values: 8 B of traffic an element"},
    {Family::memory, "fill", "one array set to a constant, as memset: 8 B of traffic an element"},
    {Family::memory, "copy", "b[i] = a[i]: 16 B of traffic an element"},
    {Family::memory, "scale", "b[i] = s * a[i]: 16 B of traffic an element"},
    {Family::memory, "add", "a[i] = b[i] + c[i]: 24 B of traffic an element"},
    {Family::memory, "triad", "a[i] = b[i] + s * c[i]: 24 B of traffic an element"},
    {Family::memory, "latency", "dependent loads in random order"},
    {Family::memory, "loaded-latency", "the same while the other threads read without pause"},
    {Family::gpu, "read", "sum of one array in device memory"},
    {Family::gpu, "write", "one array in device memory overwritten"},
    {Family::gpu, "copy", "b[i] = a[i] in device memory"},
    {Family::gpu, "scale", "b[i] = s * a[i] in device memory"},
    {Family::gpu, "add", "c[i] = a[i] + b[i] in device memory"},
    {Family::gpu, "triad", "a[i] = b[i] + s * c[i] in device memory"},
    {Family::gpu, "dot", "sum of a[i] * b[i] in device memory"},
    {Family::gpu, "gather", "loads of random elements of device memory"},
    {Family::gpu, "chase", "dependent loads in random order in device memory"},
    {Family::gpu, "host-to-device", "copy from host memory to the device"},
    {Family::gpu, "device-to-host", "copy from the device to host memory"},
    {Family::gpu, "bidirectional", "both at once"},
    {Family::gpu, "peer-copy", "copy from one GPU to another"},
    {Family::gpu, "peer-latency", "dependent loads from another GPU's memory"},
    {Family::pipeline, "storage-to-gpu", "sequential reads that end in the memory of a GPU", read,
     sequential, 100},
    {Family::pipeline, "gpu-to-storage", "blocks from the memory of a GPU, written in order", write,
     sequential, 0},
});

}  // namespace

std::span<const Workload> all_workloads() { return workloads; }

const Workload* find_workload(Family family, std::string_view name) {
  for (const Workload& workload : workloads) {
    if (workload.family == family && workload.name == name) return &workload;
  }
  return nullptr;
}

}  // namespace assay
