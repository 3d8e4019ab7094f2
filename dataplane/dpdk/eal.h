// SPDX-License-Identifier: Apache-2.0
// The process's one EAL: started from arguments, cleaned up on destruction. Ports and pools must be
// gone before it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace bulkhead::dataplane {

class Eal {
 public:
  // Errors: kUnavailable with EAL's reason; its own log says more (EalLog).
  static Result<std::unique_ptr<Eal>> start(std::vector<std::string> arguments);
  ~Eal();
  Eal(const Eal&) = delete;
  Eal& operator=(const Eal&) = delete;

  // Threads besides the caller's.
  [[nodiscard]] size_t worker_threads() const noexcept { return lcores_.size(); }
  // Runs `work` on worker thread i until it returns; join() waits for all.
  Status launch(size_t i, std::function<void()> work);
  void join() noexcept;

 private:
  explicit Eal(std::vector<std::string> arguments) : arguments_(std::move(arguments)) {}
  std::vector<std::string> arguments_;  // EAL keeps pointers into its argv
  std::vector<unsigned> lcores_;
  std::vector<std::function<void()>> work_;  // by thread; stable while it runs
};

}  // namespace bulkhead::dataplane
