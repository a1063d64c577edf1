// make_report FILE: writes the report of the synthetic Result with GPUs, for the browser test.
#include <exception>
#include <fstream>
#include <iostream>

#include "reports/html/page.hpp"
#include "tests/html/synthetic_result.hpp"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: make_report FILE\n";
    return 2;
  }
  try {
    const assay::Result result = assay::synthetic_gpu_result();
    std::ofstream file(argv[1], std::ios::binary);
    file << assay::render_html(result, assay::synthetic_json(result));
    return file.flush() ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "make_report: " << error.what() << '\n';
    return 1;
  }
}
