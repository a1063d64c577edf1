#include "reports/case_key.hpp"

#include <fmt/format.h>

#include "reports/model/names.hpp"

namespace assay {

std::string storage_key(const StorageParameters& storage) {
  std::string key = fmt::format(
      "{} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {}", name_of(storage.operation),
      name_of(storage.pattern), storage.block_size_bytes, storage.queue_depth, storage.read_percent,
      name_of(storage.durability), name_of(storage.arrival), name_of(storage.engine),
      storage.rate_percent, storage.zipf_theta, storage.streams, storage.range_begin_percent,
      storage.range_end_percent, storage.alignment_bytes, storage.direct, storage.iopoll,
      storage.sqpoll, storage.verify);
  for (const SizeShare& share : storage.block_mix) {
    key += fmt::format(" {}:{}", share.block_size_bytes, share.percent);
  }
  if (storage.rate_refinement) key += fmt::format(" refinement {}", *storage.rate_refinement);
  return key;
}

std::string case_key(const Case& item) {
  return item.storage ? item.workload + " " + storage_key(*item.storage) : item.id;
}

std::string pair_key(const Case& item) {
  const bool given =
      item.storage && !(item.storage->rate_percent > 0) && !item.storage->rate_refinement;
  return given ? fmt::format("{} {}", case_key(item), item.storage->rate_per_s) : case_key(item);
}

bool is_ordinary(Engine engine) { return engine == Engine::io_uring || engine == Engine::libaio; }

bool is_plain(const StorageParameters& storage) {
  return is_ordinary(storage.engine) && storage.direct && !storage.iopoll && !storage.sqpoll &&
         !storage.verify && storage.block_mix.empty() && storage.range_begin_percent <= 0 &&
         storage.range_end_percent >= 100;
}

}  // namespace assay
