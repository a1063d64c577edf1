#include "bench/gpu/gpu_group.hpp"

namespace assay {

GpuMember::~GpuMember() {
  if (!enough_) group_.broken_ = true;  // first: those that wait look at it when they go on
  if (!started_) group_.prepared_.arrive_and_drop();
}

void GpuMember::start() {
  started_ = true;
  group_.prepared_.arrive_and_wait();
}

void GpuMember::have_enough() {
  if (enough_) return;
  enough_ = true;
  --group_.without_enough_;
}

}  // namespace assay
