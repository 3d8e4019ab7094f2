// SPDX-License-Identifier: Apache-2.0
// break-glass open, close.
#include <fmt/format.h>

#include <iostream>

#include "break_glass/codec.h"
#include "cli/glass_commands.h"
#include "cli/glass_file.h"
#include "ipc/socket.h"
#include "policy/time_text.h"

namespace bulkhead::cli {

namespace {

constexpr std::chrono::milliseconds kPatience{10'000};

int fail(const Error& error) {
  std::cerr << "bulkhead break-glass: " << error.sentence << "\n";
  return error.code == ErrorCode::kUnavailable ? kUnreachable : kRefused;
}

// One question to the dataplane, in control's place: it takes one caller at a time.
Result<ipc::Body> ask(const std::string& socket, ipc::Body question) {
  auto connection = ipc::Connection::connect(socket, kPatience);
  if (!connection) return std::move(connection).error();
  const auto greeting = connection->receive(kPatience);
  if (!greeting) return greeting.error();
  const auto silent = Error{ErrorCode::kUnavailable, socket + ": the dataplane does not answer"};
  if (!greeting->has_value()) return silent;
  const ipc::Body& greeted = (*greeting)->message.body;
  if (const auto* busy = std::get_if<ipc::Failure>(&greeted))
    return Error{ErrorCode::kConflict, busy->error.sentence + ": leave --dataplane out"};
  const auto* hello = std::get_if<ipc::Hello>(&greeted);
  if (hello == nullptr || hello->protocol_version != ipc::kProtocolVersion)
    return Error{ErrorCode::kUnsupported, "the dataplane is of another release than this command"};
  if (Status sent = connection->send({1, std::move(question)}, kPatience); !sent)
    return std::move(sent).error();
  auto answer = connection->receive(kPatience);
  if (!answer) return std::move(answer).error();
  if (!answer->has_value()) return silent;
  ipc::Body& body = (*answer)->message.body;
  if (auto* refused = std::get_if<ipc::Failure>(&body)) return std::move(refused->error);
  return std::move(body);
}

void print(const std::string& grant, int64_t until_s, const std::string& approvers, uint64_t ns) {
  std::cout << fmt::format("{} '{}' until {}, by {}", paint(Colour::kRed, "OPEN"), grant,
                           local_time(until_s, 0, TimeStyle::kDate), approvers);
  std::cout << (ns == 0
                    ? " (it was open already)\n"
                    : fmt::format(": every worker obeys, {} after publication\n", duration(ns)));
}

int open_directly(const std::string& socket, const std::vector<uint8_t>& request) {
  const auto answer = ask(socket, ipc::OpenBreakGlass{{request.begin(), request.end()}});
  if (!answer) return fail(answer.error());
  const auto* opened = std::get_if<ipc::BreakGlassOpened>(&*answer);
  if (opened == nullptr) return fail({ErrorCode::kInternal, "the dataplane gave another answer"});
  print(opened->grant, opened->until_wall_ns / 1'000'000'000, opened->approvers,
        opened->publish_ns);
  return kOk;
}

int say_how_without_control(const CallError& error) {
  const int status = report(error);
  if (error.unreachable)
    std::cerr << "hint: control is gone; the dataplane takes it itself: --dataplane "
                 "/run/bulkhead/dataplane.sock\n";
  return status;
}

}  // namespace

int run_glass_open(const Session& session, const GlassArguments& arguments) {
  const auto request = read_glass(arguments.file);
  if (!request) return fail(request.error());
  const auto bytes = break_glass::encode(*request);
  if (!bytes) return fail(bytes.error());
  if (!arguments.dataplane.empty()) return open_directly(arguments.dataplane, *bytes);
  v1::OpenBreakGlassRequest message;
  message.set_request(bytes->data(), bytes->size());
  const auto answer = ApiClient(session.place).open_break_glass(message);
  if (const auto* error = std::get_if<CallError>(&answer)) return say_how_without_control(*error);
  const auto& opened = std::get<v1::OpenBreakGlassResponse>(answer);
  if (session.json)
    print_json(opened);
  else
    print(opened.grant(), opened.until().seconds(), opened.approvers(), opened.publish_ns());
  return kOk;
}

int run_glass_close(const Session& session, const GlassArguments& arguments) {
  if (!arguments.dataplane.empty()) {
    const auto answer = ask(arguments.dataplane, ipc::CloseBreakGlass{arguments.grant});
    if (!answer) return fail(answer.error());
  } else {
    v1::CloseBreakGlassRequest message;
    message.set_grant(arguments.grant);
    const auto answer = ApiClient(session.place).close_break_glass(message);
    if (const auto* error = std::get_if<CallError>(&answer)) return say_how_without_control(*error);
  }
  std::cout << "closed '" << arguments.grant << "': every worker obeys\n";
  return kOk;
}

}  // namespace bulkhead::cli
