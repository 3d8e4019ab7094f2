// SPDX-License-Identifier: Apache-2.0
// bulkhead-dataplane: parse arguments, build, run, stop.
#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/signalfd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <string>

#include "admin/server.h"
#include "admin/signer_key.h"
#include "admin/worker_watch.h"
#include "base/private_memory.h"
#include "base/service_manager.h"
#include "base/unique_fd.h"
#include "crypto/gcm.h"
#include "dataplane_config.h"
#include "dpdk/runtime.h"
#include "flow_memory.h"
#include "host/confinement.h"
#include "host/kernel_link.h"
#include "host/kernel_silence.h"

namespace bulkhead::dataplane {
namespace {

enum Exit : int {
  kStopped = 0,
  kUsage = 1,
  kConfiguration = 2,
  kMachine = 3,
  kBusy = 4,
  kRunning = 5,
};

constexpr const char* kFooter =
    "Exit codes: 0 stopped by SIGTERM or SIGINT, or the check passed; 1 wrong usage;\n"
    "2 the configuration, the signer's key or a named interface is wrong;\n"
    "3 the machine refuses (memory, drivers, permissions); 4 another dataplane\n"
    "listens on control_socket; 5 failed while running.\n"
    "Prints one line \"ready: ...\" on stdout when workers run; logs go to stderr.";

struct Options {
  std::string config;
  std::string log_level = "info";
  bool check = false;
};

int fail(Exit code, const Error& error) {
  // One line per problem, so that each keeps its file:line:column at the start.
  size_t from = 0;
  while (from <= error.sentence.size()) {
    const size_t to = std::min(error.sentence.find('\n', from), error.sentence.size());
    spdlog::error("{}", error.sentence.substr(from, to - from));
    from = to + 1;
  }
  return code;
}

// Blocked here, so that every thread started later has them blocked, and read from a descriptor.
UniqueFd take_stop_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return UniqueFd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

int serve(const DataplaneConfig& config, const image::PublicKey& signer) {
  if (Status hidden = keep_memory_private(); !hidden) spdlog::warn("{}", hidden.error().sentence);
  if (!init_gcm())
    return fail(kMachine, {ErrorCode::kUnsupported, "IPsec-MB does not support this processor"});
  const UniqueFd stop = take_stop_signals();
  const ServiceManager manager = ServiceManager::from_environment();
  // First of all: it is the lock that keeps a second dataplane off ports and state.
  auto listener = ipc::Listener::listen(config.control_socket);
  if (!listener)
    return fail(listener.error().code == ErrorCode::kExists ? kBusy : kMachine,
                std::move(listener).error().within("control_socket"));
  for (const std::string& warning : silence_kernel(config)) spdlog::warn("{}", warning);
  auto runtime = Runtime::start(config, signer);
  if (!runtime) return fail(kMachine, runtime.error());
  if (Status confined = confine_process(config.confine); !confined)
    return fail(kMachine, std::move(confined).error().within("confine"));
  AdminServer server(std::move(listener).value(), (*runtime)->admin(), (*runtime)->telemetry_fd());
  WorkerWatch watch(manager, [&] { return (*runtime)->oldest_heartbeat_ns(); });
  server.keep(watch);
  const std::string readiness = (*runtime)->readiness();
  fmt::print("{}\n", readiness);
  std::fflush(stdout);
  manager.say("READY=1\nSTATUS=" + readiness);
  const Status ended = server.run(stop.get());
  spdlog::info("stopping");
  manager.say("STOPPING=1");
  return ended ? kStopped : fail(kRunning, ended.error());
}

int start(const Options& options) {
  auto config = load_config(options.config);
  if (!config) return fail(kConfiguration, config.error());
  for (const std::string& warning : config_warnings(*config)) spdlog::warn("{}", warning);
  if (Status there = check_interfaces(*config, interface_names()); !there)
    return fail(kConfiguration, there.error());
  auto signer = load_signer(config->image_signer);
  if (!signer) return fail(kConfiguration, signer.error());
  if (!options.check) return serve(*config, *signer);
  fmt::print("{}: well formed, interfaces and key are there\n{}", options.config,
             flow_memory_text(*config));
  return kStopped;
}

}  // namespace
}  // namespace bulkhead::dataplane

int main(int argc, char** argv) {
  using namespace bulkhead::dataplane;
  Options options;
  CLI::App app{"The enforcing process of a Bulkhead gateway."};
  app.footer(kFooter);
  app.add_option("--config", options.config, "start-up file (docs/dataplane_config.md)")
      ->required();
  app.add_flag("--check", options.check,
               "check file, interfaces and key, print the memory of flows; start nothing");
  app.add_option("--log-level", options.log_level, "debug also shows what DPDK says")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}))
      ->capture_default_str();
  app.set_version_flag("--version", "bulkhead-dataplane " BULKHEAD_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? kStopped : kUsage;
  }
  spdlog::set_default_logger(spdlog::stderr_color_mt("dataplane"));
  spdlog::set_level(spdlog::level::from_str(options.log_level));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e %^%l%$ %v");
  return start(options);
}
