#pragma once

namespace assay {

/// Registers with Google Benchmark, for `assay microbench`: every memory kernel of every set that
/// this CPU supports, for working sets of 16 KiB, 512 KiB and 256 MiB, as memory/KERNEL/SET/BYTES
/// (bytes_per_second: read and written); the chase of dependent loads as memory/chase/BYTES; and
/// what assay's own hot loop calls for each I/O, as assay/NAME. All run on one thread.
void register_microbenchmarks();

}  // namespace assay
