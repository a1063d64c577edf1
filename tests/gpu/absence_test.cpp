#include "kernels/cuda/absence.hpp"

#include <gtest/gtest.h>

namespace assay {
namespace {

TEST(CudaAbsence, every_code_says_what_it_is_and_what_to_do) {
  struct Row {
    int error;
    int driver;
    int runtime;
    const char* what;
    const char* remedy;
  };
  for (const Row& row : {
           Row{35, 0, 13000, "no NVIDIA driver", "install driver R580"},
           Row{35, 0, 13000, "no NVIDIA driver", "cuda-drivers from NVIDIA's package repository"},
           Row{35, 0, 12000, "no NVIDIA driver", "install driver R525"},
           Row{35, 0, 11080, "no NVIDIA driver", "install driver R450"},
           Row{35, 0, 11080, "no NVIDIA driver", "package nvidia-driver from non-free"},
           Row{35, 12020, 13000, "supports CUDA up to 12.2", "install driver R580"},
           Row{35, 12020, 13000, "built with CUDA 13.0", "install driver R580"},
           Row{0, 13000, 13000, "shows no GPU", "driver works"},
           Row{100, 13000, 13000, "shows no GPU", "CUDA_VISIBLE_DEVICES"},
           Row{209, 13000, 13000, "no code for this GPU", "older CUDA"},
           Row{222, 13000, 13000, "too old", "update the driver"},
           Row{802, 13000, 13000, "not initialised", "start nvidia-fabricmanager"},
           Row{803, 13000, 13000, "different versions", "reboot"},
           Row{804, 12020, 13000, "cuda-compat", "LD_LIBRARY_PATH"},
           Row{999, 13000, 13000, "CUDA error 999", "dmesg"},
       }) {
    SCOPED_TRACE(std::to_string(row.error) + " " + std::to_string(row.driver));
    const std::string reason = classify_cuda_absence(row.error, row.driver, row.runtime);
    EXPECT_NE(reason.find(row.what), std::string::npos) << reason;
    EXPECT_NE(reason.find(row.remedy), std::string::npos) << reason;
  }
}

TEST(CudaFailure, says_what_to_do_where_it_is_about_the_machine) {
  struct Row {
    int error;
    const char* remedy;
  };
  for (const Row& row :
       {Row{2, "nvidia-smi"}, Row{46, "compute mode"}, Row{209, "older CUDA"},
        Row{214, "not healthy"}, Row{220, "nvlink"}, Row{222, "update the driver"},
        Row{700, "report"}, Row{702, "display"}, Row{719, "Xid"}, Row{999, "Xid"}}) {
    EXPECT_NE(explain_cuda_failure(row.error).find(row.remedy), std::string::npos) << row.error;
  }
  EXPECT_EQ(explain_cuda_failure(1), "");
}

TEST(ComputeCapability, older_than_the_build_is_a_reason) {
  EXPECT_EQ(classify_compute_capability(7, 5, 75, 13000), "");
  EXPECT_EQ(classify_compute_capability(12, 0, 75, 13000), "");
  const std::string v100 = classify_compute_capability(7, 0, 75, 13000);
  EXPECT_NE(v100.find("7.0 is older than 7.5"), std::string::npos) << v100;
  EXPECT_NE(v100.find("CUDA 12"), std::string::npos) << v100;
  const std::string with_cuda_12 = classify_compute_capability(7, 0, 75, 12000);
  EXPECT_NE(with_cuda_12.find("CMAKE_CUDA_ARCHITECTURES"), std::string::npos) << with_cuda_12;
}

TEST(CudaText, versions_and_uuids_read_as_elsewhere) {
  EXPECT_EQ(cuda_version_text(13000), "13.0");
  EXPECT_EQ(cuda_version_text(12080), "12.8");
  EXPECT_EQ(cuda_version_text(0), "");
  EXPECT_EQ(gpu_uuid_text({0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x00, 0x11, 0x22, 0x33,
                           0x44, 0x55, 0x66, 0xff}),
            "GPU-01234567-89ab-cdef-0011-2233445566ff");
}

}  // namespace
}  // namespace assay
