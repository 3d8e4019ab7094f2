// SPDX-License-Identifier: Apache-2.0
#include "dpdk/eal.h"

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <unistd.h>

namespace bulkhead::dataplane {
namespace {

int run(void* work) {
  (*static_cast<std::function<void()>*>(work))();
  return 0;
}

}  // namespace

Result<std::unique_ptr<Eal>> Eal::start(std::vector<std::string> arguments) {
  std::unique_ptr<Eal> eal(new Eal(std::move(arguments)));
  std::vector<char*> argv;
  for (std::string& argument : eal->arguments_) argv.push_back(argument.data());
  if (rte_eal_init(static_cast<int>(argv.size()), argv.data()) < 0)
    return Error{ErrorCode::kUnavailable,
                 std::string("EAL does not start: ") + rte_strerror(rte_errno)};
  // EAL makes this directory even when, as here, it puts nothing into it. Gone now, it does not
  // stay behind a process that is killed. With other eal options it may be in use: then rmdir
  // fails.
  ::rmdir(rte_eal_get_runtime_dir());
  unsigned lcore = 0;
  RTE_LCORE_FOREACH_WORKER(lcore) eal->lcores_.push_back(lcore);
  eal->work_.resize(eal->lcores_.size());
  return eal;
}

Eal::~Eal() {
  if (work_.empty()) return;  // never came up
  join();
  rte_eal_cleanup();
}

Status Eal::launch(size_t i, std::function<void()> work) {
  work_[i] = std::move(work);
  if (rte_eal_remote_launch(run, &work_[i], lcores_[i]) != 0)
    return Error{ErrorCode::kInternal, "worker thread " + std::to_string(i) + " is busy"};
  return {};
}

void Eal::join() noexcept {
  for (const unsigned lcore : lcores_) rte_eal_wait_lcore(lcore);
}

}  // namespace bulkhead::dataplane
