#pragma once

#include <string>
#include <vector>

namespace assay {

/// One run that was planned.
struct PlannedRun {
  std::string folder;  // of its files, below the directory: family=i4i/type=i4i.xlarge/run=...
  std::string id;      // what its folder is called behind run=
  std::string type;    // that the Result is to be of; empty: any (a partition of Slurm)
  std::string group;   // of a table's row, where that is not type, market and volumes
  std::string market;
  std::string volumes;
  std::string zone;  // planned; empty: EC2 chooses
};

/// Which program starts the runs, and so what fills their gaps.
enum class Launcher { launch_py, slurm };

/// A fleet as it was planned.
struct Matrix {
  Launcher launcher = Launcher::launch_py;
  std::string name;
  std::string region;   // empty on Slurm
  std::string suite;    // that the Results are to be of; empty: any
  std::string command;  // that starts what is missing
  std::vector<PlannedRun> runs;
};

/// Reads what cloud-init/launch.py reads (TOML; only what names its runs:
/// cloud-init/fleet/matrix.py checks the rest before anything is started), or the matrix.json that
/// runners/slurm/assay-matrix leaves in its --out directory. Throws UsageError in words.
Matrix read_matrix(const std::string& file);

/// The same from a text.
Matrix parse_launch_matrix(const std::string& text, const std::string& file);
Matrix parse_slurm_matrix(const std::string& text, const std::string& file);

}  // namespace assay
