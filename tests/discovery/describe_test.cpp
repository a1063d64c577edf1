// The text of `assay probe` for whole machines. After an intended change, read the new text (the
// test prints it), and put it into tests/discovery/golden.
#include "tests/discovery/fixtures.hpp"

namespace assay {
namespace {

std::string golden(const std::string& name) {
  std::ifstream file(std::filesystem::path(ASSAY_SOURCE_DIR) / "tests/discovery/golden" /
                     (name + ".txt"));
  return {std::istreambuf_iterator<char>(file), {}};
}

class DescribeHost : public testing::TestWithParam<const char*> {};

TEST_P(DescribeHost, IsTheGoldenText) {
  EXPECT_EQ(describe_host(discover(fixture(GetParam()))), golden(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Machines, DescribeHost,
                         testing::Values("i4i", "p4d", "virtio", "layers", "nothing"),
                         [](const auto& machine) { return std::string(machine.param); });

TEST(DescribeHostText, ShowsGpus) {
  Host host;
  host.gpu.devices.push_back({0, "NVIDIA H100", "GPU-1", "0000:3b:00.0", "9.0",
                              std::uint64_t{80} << 30, 5120, 2'619'000'000, 1});
  host.gpu.driver_version = "13.0";
  const std::string text = describe_host(host);
  EXPECT_NE(text.find("1 GPU, driver for CUDA 13.0\n"), std::string::npos) << text;
  EXPECT_NE(text.find("gpu0  NVIDIA H100  80.0 GiB  5120 bit  2619 MHz      9.0     1  0000:3b"),
            std::string::npos)
      << text;
}

TEST(DescribeHostText, IoUringAvailable) {
  Host host;
  host.io_uring.state = IoUringState::available;
  EXPECT_NE(describe_host(host).find("io_uring       available\n"), std::string::npos);
}

}  // namespace
}  // namespace assay
